package io.github.wxtoken.simulator;

/** The kinds of calls that the simulated WeChat distinguishes. */
public enum CallKind {
    /** {@code GET /cgi-bin/token}: takes the AppSecret and mints a token. */
    TOKEN,
    /** {@code POST /cgi-bin/stable_token}: takes the AppSecret and mints when the current token is about to expire. */
    STABLE_TOKEN,
    /** {@code GET /cgi-bin/ticket/getticket}: takes a token and returns a ticket. */
    TICKET,
    /** {@code getcallbackip} and {@code get_api_domain_ip}: take a token and have no side effects. */
    PROBE,
    /** A business API, the reason to have a token: {@code POST /cgi-bin/message/custom/send}. */
    BUSINESS,
    /** A path that WeChat does not serve. */
    UNKNOWN,
    /** A call of another client with the AppSecret, not of the server under test. */
    OUT_OF_BAND
}
