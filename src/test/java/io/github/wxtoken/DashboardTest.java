package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.redis.RealRedis;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests {@code config/grafana/wxtoken.json}: a dashboard that Grafana can draw and whose metrics all exist. */
class DashboardTest {

    private static final Pattern SELECTED = Pattern.compile("\\b([a-zA-Z_]\\w*)\\{");
    private static final int WIDTH = 24;

    private final JsonNode dashboard = new JsonMapper()
            .readTree(Telemetry.read(Telemetry.PROJECT.resolve(Path.of("config", "grafana", "wxtoken.json"))));

    @Test
    void whatItShowsOfOursIsInTheTable() {
        Set<String> shown = new TreeSet<>();
        queries().forEach(query -> shown.addAll(Telemetry.namesIn(query)));
        assertThat(shown).hasSizeGreaterThan(10).isSubsetOf(Telemetry.table().keySet());
    }

    @Test
    void whatItShowsIsExposed() {
        Set<String> shown = new TreeSet<>();
        for (String query : queries()) {
            Matcher selected = SELECTED.matcher(query);
            while (selected.find()) {
                shown.add(selected.group(1));
            }
        }
        try (RealRedis redis = new RealRedis();
                WeChatSimulator wechat =
                        WeChatSimulator.builder().clock(InstantSource.system()).start()) {
            wechat.account(APPID, SECRET);
            String[] shop = Keys.arguments("shop", "operator=true", "relay=/cgi-bin/user/get");
            try (RunningServer server = RunningServer.start(
                    wechat,
                    "--wxtoken.store=redis",
                    "--spring.data.redis.host=127.0.0.1",
                    "--spring.data.redis.port=" + redis.port(),
                    shop[0],
                    shop[1],
                    shop[2])) {
                server.callAs(Keys.bearer("shop"));
                server.token();
                server.get("/relay/cgi-bin/user/get");
                Scrape scrape = Scrape.of(server);
                assertThat(shown).hasSizeGreaterThan(20);
                assertThat(scrape.names()).containsAll(shown);
                assertThat(scrape.sum("lettuce_command_completion_seconds_count", "command", "EVALSHA"))
                        .isPositive();
            }
        }
    }

    @Test
    void itsPanelsHaveTheirOwnIdsAndPlaces() {
        Set<Integer> ids = new HashSet<>();
        Set<String> taken = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            String title = panel.path("title").asString();
            assertThat(ids.add(panel.path("id").intValue())).as(title).isTrue();
            JsonNode place = panel.path("gridPos");
            int left = place.path("x").intValue();
            int right = left + place.path("w").intValue();
            int top = place.path("y").intValue();
            int bottom = top + place.path("h").intValue();
            assertThat(right).as(title).isBetween(left + 1, WIDTH);
            assertThat(bottom).as(title).isGreaterThan(top);
            for (int x = left; x < right; x++) {
                for (int y = top; y < bottom; y++) {
                    assertThat(taken.add(x + "," + y))
                            .as("%s at %d,%d", title, x, y)
                            .isTrue();
                }
            }
        }
        assertThat(ids).hasSizeGreaterThan(20);
    }

    @Test
    void eachPanelAsksTheDataSourceThatIsChosen() {
        assertThat(dashboard.at("/schemaVersion").intValue()).isGreaterThanOrEqualTo(39);
        List<String> variables = new ArrayList<>();
        dashboard
                .at("/templating/list")
                .forEach(variable -> variables.add(variable.path("name").asString()));
        assertThat(variables).containsExactly("datasource", "job", "account");
        for (JsonNode panel : dashboard.path("panels")) {
            if (!panel.path("type").asString().equals("row")) {
                Set<String> references = new HashSet<>();
                assertThat(panel.path("targets")).isNotEmpty().allSatisfy(target -> {
                    assertThat(target.at("/datasource/uid").asString()).isEqualTo("${datasource}");
                    assertThat(target.path("expr").asString()).contains("job=~\"$job\"");
                    assertThat(references.add(target.path("refId").asString())).isTrue();
                });
            }
        }
    }

    private List<String> queries() {
        List<String> queries = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            panel.path("targets")
                    .forEach(target -> queries.add(target.path("expr").asString()));
        }
        dashboard
                .at("/templating/list")
                .forEach(variable -> queries.add(variable.path("definition").asString()));
        return queries;
    }
}
