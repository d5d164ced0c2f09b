package io.github.wxtoken.simulator;

/** The platform's answer to a token call, before it is turned into HTTP. */
public sealed interface Reply {

    /** A new token. {@code expiresIn} is a JSON literal, because an account can be set to send an invalid value. */
    record Granted(String accessToken, String expiresIn) implements Reply {

        @Override
        public String toString() {
            return "Granted[" + Fingerprint.of(accessToken) + ", expires_in=" + expiresIn + "]";
        }
    }

    /** A refusal. {@code errmsg} does not include the {@code rid}. */
    record Refused(Errcode errcode, String errmsg) implements Reply {

        static Refused with(Errcode errcode) {
            return new Refused(errcode, errcode.text());
        }
    }
}
