package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.ClientLimits;
import io.github.wxtoken.caller.ClientLimits.Permits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Accepts only connections within the limits of {@link ClientLimits}, and counts each until it is closed: by its
 * network, or by its caller once a request on it has shown a key. Thread-safe.
 */
final class LimitedEndpoint extends NioEndpoint {

    /** The networks of the connections that have shown no key, and the callers of the others. */
    private final Map<SocketChannel, Object> owners = new ConcurrentHashMap<>();

    private volatile @Nullable Limits limits;

    LimitedEndpoint() {
        // Tomcat adds each connection to this map before it reads from it, and removes it when it is closed.
        connections = new ConcurrentHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public SocketWrapperBase<NioChannel> remove(Object channel) {
                release(channel);
                return super.remove(channel);
            }
        };
    }

    /** Sets the limits. Without this call there are none. */
    void limit(ClientLimits policy) {
        limits = new Limits(policy.connectionsWithoutKey(), policy.connectionsWithKey());
    }

    @Override
    protected boolean setSocketOptions(SocketChannel channel) {
        if (!admit(channel)) {
            destroySocket(channel);
            return false;
        }
        boolean accepted = super.setSocketOptions(channel);
        if (!accepted) {
            release(channel);
        }
        return accepted;
    }

    private boolean admit(SocketChannel channel) {
        Limits limit = limits;
        if (limit == null) {
            return true;
        }
        String network;
        try {
            network = ClientLimits.network(((InetSocketAddress) channel.getRemoteAddress())
                    .getAddress()
                    .getHostAddress());
        } catch (IOException e) {
            // The client has disconnected.
            return false;
        }
        if (limit.withoutKey.isExhausted() || getConnectionCount() >= getMaxConnections()) {
            closeOneOfGreatestNetwork(limit);
        }
        if (!limit.withoutKey.tryTake(network)) {
            return false;
        }
        owners.put(channel, network);
        return true;
    }

    private void closeOneOfGreatestNetwork(Limits limit) {
        Object network = limit.withoutKey.greatestOwner();
        owners.entrySet().stream()
                .filter(entry -> entry.getValue().equals(network))
                .findAny()
                .map(entry -> connections.get(entry.getKey()))
                .ifPresent(SocketWrapperBase::close);
    }

    private void release(@Nullable Object channel) {
        Object owner = channel == null ? null : owners.remove(channel);
        Limits limit = limits;
        if (owner != null && limit != null) {
            limit.of(owner).giveBack(owner);
        }
    }

    /** Returns whether no request on an open connection has shown a key so far. */
    boolean isWithoutKey(@Nullable SocketChannel channel) {
        return channel != null && owners.get(channel) instanceof String;
    }

    /** Records that a request on a connection has shown a caller's key. */
    void keyShown(SocketWrapperBase<?> connection, SocketChannel channel, Caller caller) {
        Limits limit = limits;
        // Beyond the limit of the caller, the connection stays one without a key.
        if (limit == null || !limit.withKey.tryTake(caller)) {
            return;
        }
        Object network = owners.replace(channel, caller);
        if (network == null) {
            // It was closed meanwhile.
            limit.withKey.giveBack(caller);
        } else {
            limit.of(network).giveBack(network);
            connection.setKeepAliveLeft(Integer.MAX_VALUE);
        }
    }

    /** The permits for connections, by network and by caller. */
    private record Limits(Permits withoutKey, Permits withKey) {

        Permits of(Object owner) {
            return owner instanceof String ? withoutKey : withKey;
        }
    }
}
