package io.github.wxtoken.relay;

import io.github.wxtoken.api.RelayTokens;
import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.token.Account;
import org.jspecify.annotations.Nullable;

/** Gives relay tokens to the callers that have a policy. Thread-safe. */
final class RelayTokensOfPolicies implements RelayTokens {

    private final RelayConfiguration.RelayPolicies policies;
    private final SignedRelayTokens tokens;

    RelayTokensOfPolicies(RelayConfiguration.RelayPolicies policies, SignedRelayTokens tokens) {
        this.policies = policies;
        this.tokens = tokens;
    }

    @Override
    public @Nullable String issue(Caller caller, String key, Account account) {
        return policies.byCaller().containsKey(caller) ? tokens.issue(caller, key, account) : null;
    }

    @Override
    public long expiresIn() {
        return SignedRelayTokens.EXPIRES_IN;
    }

    @Override
    public Account accountOf(String token) throws InvalidTokenException {
        try {
            SignedRelayTokens.Holder holder = tokens.verify(token);
            if (!policies.byCaller().containsKey(holder.caller())) {
                throw SignedRelayTokens.invalid();
            }
            return holder.account();
        } catch (RelayException e) {
            throw new InvalidTokenException(e.errcode(), String.valueOf(e.getMessage()));
        }
    }
}
