package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Caller.APPID;
import static io.github.wxtoken.simulator.Caller.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;

class LoopbackTest {

    @Test
    void whatPassesThroughTheSimulatorIsNotLoggedEvenIfTheLevelSaysSo() {
        Logger logger = Logger.getLogger(MockWebServer.class.getName());
        Level levelBefore = logger.getLevel();
        Recorder recorder = new Recorder();
        logger.addHandler(recorder);
        try (WeChatSimulator simulator = WeChatSimulator.start()) {
            logger.setLevel(Level.ALL);
            simulator.account(APPID, SECRET);
            Caller caller = new Caller(simulator.hosts().get(0));
            caller.probe(caller.token().accessToken());
        } finally {
            logger.setLevel(levelBefore);
            logger.removeHandler(recorder);
        }

        assertThat(recorder.messages).isEmpty();
    }

    private static final class Recorder extends Handler {

        private final List<String> messages = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord entry) {
            messages.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
