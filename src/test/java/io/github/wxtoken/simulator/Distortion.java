package io.github.wxtoken.simulator;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The modifications that faults make to an answer. They rely on the text to be sent being compact JSON. */
final class Distortion {

    /** In a Content-Type, stands for the AppSecret in the URL of the request. */
    static final String SECRET = "{secret}";

    private static final String PADDING = "x".repeat(128 * 1024);

    private Distortion() {}

    static UnaryOperator<Answer> none() {
        return answer -> answer;
    }

    static UnaryOperator<Answer> errcode(Errcode errcode) {
        return answer -> answer.refused(errcode);
    }

    static UnaryOperator<Answer> errcodeAndNullToken() {
        return answer -> {
            Answer refused = answer.refused(Errcode.SYSTEM_ERROR);
            return refused.body(refused.body().replaceFirst("}$", ",\"access_token\":null,\"expires_in\":0}"));
        };
    }

    static UnaryOperator<Answer> insteadOf(Errcode usual, Errcode unusual) {
        String start = "{\"errcode\":" + usual.code() + ",";
        return answer -> answer.body().startsWith(start) ? answer.refused(unusual) : answer;
    }

    static UnaryOperator<Answer> html(int status) {
        String page = "<html>\r\n<head><title>%s</title></head>\r\n<body><h1>%s</h1></body>\r\n</html>\r\n";
        String title = status == 200 ? "Sign in to continue" : status + " from a gateway";
        return answer -> answer.status(status).contentType("text/html").body(page.formatted(title, title));
    }

    static UnaryOperator<Answer> redirect() {
        return answer -> answer.status(302).contentType("text/html").body("");
    }

    static UnaryOperator<Answer> delivered(SendMode how) {
        // Even a call that was never executed needs a body, for the length in its headers.
        return answer -> answer.delivered(how);
    }

    static UnaryOperator<Answer> body(String body) {
        return answer -> answer.body(body);
    }

    static UnaryOperator<Answer> halfJson() {
        return answer -> answer.body(answer.body().substring(0, answer.body().length() / 2));
    }

    static UnaryOperator<Answer> hugeBody() {
        return answer -> answer.body(answer.body().replaceFirst("}$", ",\"padding\":\"" + PADDING + "\"}"));
    }

    static UnaryOperator<Answer> byteOrderMark() {
        return answer -> answer.body("\uFEFF" + answer.body());
    }

    static UnaryOperator<Answer> extraFields() {
        String before = "{\"request\":{\"access_token\":null,\"tags\":[1,{\"errcode\":40001}]},";
        String after = ",\"scope\":\"\",\"unionid\":null}";
        return answer -> answer.body(answer.body().replaceFirst("^\\{", before).replaceFirst("}$", after));
    }

    static UnaryOperator<Answer> fieldOrder() {
        return answer -> answer.body(
                answer.body().replaceFirst("^\\{(\"access_token\":\"[^\"]*\"),(\"expires_in\":[^}]*)}$", "{$2,$1}"));
    }

    static UnaryOperator<Answer> whitespace() {
        return answer -> answer.body("\r\n  "
                + answer.body()
                        .replace("\":", "\" :\t")
                        .replace(",\"", " ,\n  \"")
                        .replaceFirst("}$", "\n}\n\n"));
    }

    static UnaryOperator<Answer> contentType(@Nullable String contentType) {
        return answer -> answer.contentType(contentType);
    }

    /** Replaces the token; the literal is JSON without quotes. */
    static UnaryOperator<Answer> accessToken(String literal) {
        return body("{\"access_token\":\"" + literal + "\",\"expires_in\":7200}");
    }

    static UnaryOperator<Answer> secretInContentType() {
        String contentType = "text/" + SECRET + "x".repeat(4000);
        return answer -> answer.contentType(contentType).body("ok");
    }

    static UnaryOperator<Answer> errcode0() {
        return answer -> answer.body(answer.body()
                .replaceFirst("^\\{\"access_token\"", "{\"errcode\":0,\"errmsg\":\"ok\",\"access_token\""));
    }

    /** Replaces the field's value; an empty literal removes the field. */
    static UnaryOperator<Answer> expiresIn(String jsonLiteral) {
        String replacement = jsonLiteral.isEmpty() ? "}" : ",\"expires_in\":" + jsonLiteral + "}";
        return answer -> answer.body(answer.body().replaceFirst(",\"expires_in\":[^}]*}$", replacement));
    }
}
