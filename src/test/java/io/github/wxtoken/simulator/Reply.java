package io.github.wxtoken.simulator;

/** What the platform's rules answer to a call for a token, before it is put into HTTP. */
public sealed interface Reply {

    /** A new token. {@code expiresIn} is a JSON literal, for an account may be told to put nonsense there. */
    record Granted(String accessToken, String expiresIn) implements Reply {

        @Override
        public String toString() {
            return "Granted[" + Fingerprint.of(accessToken) + ", expires_in=" + expiresIn + "]";
        }
    }

    /** No token. {@code errmsg} comes without the {@code rid}. */
    record Refused(Errcode errcode, String errmsg) implements Reply {

        static Refused with(Errcode errcode) {
            return new Refused(errcode, errcode.text());
        }
    }
}
