package io.github.wxtoken.simulator;

/** The kinds of calls that the simulated WeChat tells apart. */
public enum CallKind {
    /** {@code GET /cgi-bin/token}: takes the AppSecret, mints a token. */
    TOKEN,
    /** {@code POST /cgi-bin/stable_token}: takes the AppSecret, mints when the current token is about to end. */
    STABLE_TOKEN,
    /** {@code GET /cgi-bin/ticket/getticket}: takes a token, gives a ticket. */
    TICKET,
    /** {@code getcallbackip} and {@code get_api_domain_ip}: take a token, do nothing. */
    PROBE,
    /** An API for whose sake one has a token: {@code POST /cgi-bin/message/custom/send}. */
    BUSINESS,
    /** A path that WeChat does not have. */
    UNKNOWN,
    /** Not a call of the server under test: somebody else used the AppSecret. */
    OUT_OF_BAND
}
