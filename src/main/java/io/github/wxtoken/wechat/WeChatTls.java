package io.github.wxtoken.wechat;

import io.github.wxtoken.support.Message;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** The certificates that calls to WeChat trust and present: those of an SSL bundle, or the JDK's. */
final class WeChatTls {

    /** The JDK's certificate authorities. */
    static final WeChatTls DEFAULT = new WeChatTls(null, null);

    private final @Nullable SslBundles bundles;
    private final @Nullable String name;

    private WeChatTls(@Nullable SslBundles bundles, @Nullable String name) {
        this.bundles = bundles;
        this.name = name;
    }

    /**
     * Checks that the configured bundle exists.
     *
     * @throws org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException if not
     */
    static WeChatTls of(SslProperties properties, SslBundles bundles) {
        String name = properties.bundle();
        if (name == null || name.isBlank()) {
            return DEFAULT;
        }
        try {
            bundles.getBundle(name);
        } catch (NoSuchSslBundleException e) {
            throw InvalidProperty.property("wxtoken.wechat.ssl.bundle", Message.of(WeChatTls.class, "bundle"));
        }
        return new WeChatTls(bundles, name);
    }

    /** Returns the client with this TLS, and passes it on again whenever the bundle's files have changed. */
    OkHttpClient apply(OkHttpClient client, Consumer<OkHttpClient> changed) {
        if (bundles == null || name == null) {
            return client;
        }
        bundles.addBundleUpdateHandler(name, bundle -> changed.accept(with(client, bundle)));
        return with(client, bundles.getBundle(name));
    }

    private static OkHttpClient with(OkHttpClient client, SslBundle bundle) {
        X509TrustManager trusted = Stream.of(bundle.getManagers().getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
        ConnectionSpec.Builder tls = new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS);
        String[] ciphers = bundle.getOptions().getCiphers();
        if (ciphers != null) {
            tls.cipherSuites(ciphers);
        }
        String[] protocols = bundle.getOptions().getEnabledProtocols();
        if (protocols != null) {
            tls.tlsVersions(protocols);
        }
        return client.newBuilder()
                .sslSocketFactory(bundle.createSslContext().getSocketFactory(), trusted)
                .connectionSpecs(List.of(tls.build(), ConnectionSpec.CLEARTEXT))
                .build();
    }
}
