package io.github.wxtoken.wechat;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * Terminates TLS in front of a simulated host, with certificates of an authority of its own, as a proxy does that
 * inspects TLS.
 */
final class TlsFront implements Closeable {

    private final HeldCertificate authority = new HeldCertificate.Builder()
            .commonName("company")
            .certificateAuthority(0)
            .build();
    private final HandshakeCertificates certificates;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

    /** Creates a front with a certificate for these names. */
    TlsFront(String... names) {
        HeldCertificate.Builder certificate = new HeldCertificate.Builder().signedBy(authority);
        for (String name : names) {
            certificate.addSubjectAlternativeName(name);
        }
        this.certificates = new HandshakeCertificates.Builder()
                .heldCertificate(certificate.build())
                .build();
    }

    /** Returns the certificate of the authority. */
    String authorityPem() {
        return authority.certificatePem();
    }

    /** Returns a bundle that trusts the authority and no other. */
    SslBundle trust() {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("company", authority.certificate());
            return SslBundle.of(SslStoreBundle.of(null, null, trusted));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Listens on loopback in front of a target, and returns the URL. */
    URI listen(URI target) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(server);
        daemon(() -> {
            while (true) {
                Socket client = server.accept();
                daemon(() -> serve(client, target));
            }
        });
        return URI.create("https://127.0.0.1:" + server.getLocalPort());
    }

    /** Performs the handshake on a connection and relays it to a target until one side closes. */
    void serve(Socket client, URI target) throws IOException {
        open.add(client);
        try (SSLSocket tls =
                        (SSLSocket) certificates.sslContext().getSocketFactory().createSocket(client, null, 0, true);
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target.getPort())) {
            open.add(upstream);
            tls.setUseClientMode(false);
            tls.startHandshake();
            daemon(() -> {
                try (tls;
                        upstream) {
                    pipe(upstream.getInputStream(), tls.getOutputStream());
                }
            });
            pipe(tls.getInputStream(), upstream.getOutputStream());
        } finally {
            open.remove(client);
        }
    }

    /** Runs work on a thread of its own; it ends with the first failure, such as a closed socket. */
    static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The connection has ended.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        for (Closeable each : open) {
            try {
                each.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void pipe(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
            to.flush();
        }
    }

    /** Work on a socket. */
    interface Work {
        void run() throws IOException;
    }
}
