package io.github.wxtoken.keeper;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/** What a replica calls itself in what it shares with the others: another name at each start. */
final class ReplicaName {

    /** As names of hosts are; a label of DNS has up to 63 characters. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,62}");

    private static final String UNNAMED = "wxtoken";

    private ReplicaName() {}

    /** The name of this process: that of its host, where the environment tells it, and a random part. */
    static String ofThisProcess() {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        return of(System.getenv(), random);
    }

    static String of(Map<String, String> environment, byte[] random) {
        String host = environment.getOrDefault("HOSTNAME", environment.getOrDefault("COMPUTERNAME", UNNAMED));
        return (HOST.matcher(host).matches() ? host : UNNAMED) + "-"
                + HexFormat.of().formatHex(random);
    }
}
