package io.github.wxtoken.keeper;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/** Creates the name of a replica in the shared records. It is different after each start. */
final class ReplicaName {

    /** A host name, at most as long as a DNS label: 63 characters. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,62}");

    private static final String UNNAMED = "wxtoken";

    private ReplicaName() {}

    /** Returns the name of this process: the host name, if the environment contains it, and a random suffix. */
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
