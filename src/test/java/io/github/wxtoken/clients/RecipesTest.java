package io.github.wxtoken.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares the recipes in {@code src/docs/clients.md} with the tested code. */
final class RecipesTest {

    private static final Path RECIPES = Path.of(System.getProperty("basedir", ""), "src", "docs", "clients.md");

    @Test
    void whatIsDocumentedIsWhatIsTried() throws IOException, URISyntaxException {
        String recipes = Files.readString(RECIPES);
        String shell = resource("client.sh");
        assertThat(recipes).contains(shell.substring(shell.indexOf("set -eu")));
        String node = resource("client.js");
        assertThat(recipes)
                .contains(node.substring(
                                node.indexOf("api.getAccessToken"),
                                node.indexOf("// For the test only: where WeChat is."))
                        .strip());
        assertThat(recipes)
                .contains(between(resource("relay-co-wechat-api.js"), "const api =", "run("))
                .contains(between(resource("relay-node-easywechat.js"), "const config =", "const upload"));
        assertThat(recipes)
                .contains(
                        "config.setAccessTokenUrl(\"http://wxtoken:8080/cgi-bin/token"
                                + "?grant_type=client_credential&appid=%s&secret=%s\")",
                        "protected String doGetAccessTokenRequest() throws IOException",
                        "return getRequestHttpClient().execute(new HttpGet(url), new BasicResponseHandler());");
    }

    private static String between(String text, String first, String next) {
        return text.substring(text.indexOf(first), text.indexOf(next)).strip();
    }

    private static String resource(String name) throws IOException, URISyntaxException {
        return Files.readString(Path.of(RecipesTest.class.getResource(name).toURI()));
    }
}
