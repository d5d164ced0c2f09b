package io.github.wxtoken.clients;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A dump of a process's memory, to be searched for texts. */
final class ProcessDump {

    private final byte[] bytes;

    ProcessDump(Path file) throws IOException {
        bytes = Files.readAllBytes(file);
    }

    /** Returns the size in bytes. */
    int size() {
        return bytes.length;
    }

    /** Returns how often a text occurs in each encoding in which a process may hold it. */
    Map<String, Integer> occurrences(String text) {
        Map<String, Integer> found = new LinkedHashMap<>();
        for (Charset encoding :
                List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            found.put(encoding.name(), count(text.getBytes(encoding)));
        }
        return found;
    }

    private int count(byte[] wanted) {
        int found = 0;
        for (int start = 0; start <= bytes.length - wanted.length; start++) {
            int matching = 0;
            while (matching < wanted.length && bytes[start + matching] == wanted[matching]) {
                matching++;
            }
            if (matching == wanted.length) {
                found++;
            }
        }
        return found;
    }
}
