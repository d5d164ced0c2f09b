package io.github.wxtoken.caller;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.mock.web.MockHttpServletRequest;

/** Measures the cost of finding a request's caller by its key. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
// The image's garbage collector, with a heap whose pages are already allocated: page faults would distort the result.
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseG1GC", "-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class AuthenticationBenchmark {

    @Param({"1", "50", "1000"})
    public int callers;

    private KeyAuthentication authentication;
    private HttpServletRequest request;

    @Setup
    public void showKey() {
        String[] names = IntStream.range(0, callers).mapToObj(i -> "caller" + i).toArray(String[]::new);
        authentication = new KeyAuthentication(Keys.callers(names));
        MockHttpServletRequest shown = new MockHttpServletRequest();
        shown.addHeader("Authorization", Keys.bearer("caller0")[1]);
        request = shown;
        if (authentication.caller(request) == null) {
            throw new IllegalStateException("the caller is not found");
        }
    }

    /** Finds the caller, including the time that Spring's mock request takes to return its header. */
    @Benchmark
    public @Nullable Caller caller() {
        return authentication.caller(request);
    }
}
