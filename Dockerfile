# Build: docker build -t wxtoken .

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY .mvn .mvn
COPY src/main src/main
# The tests are for verify, before an image is built. The cache spares the downloads when only our code has changed.
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp -Dmaven.test.skip=true package
RUN cp target/wxtoken-*.jar wxtoken.jar \
 && java -Djarmode=tools -jar wxtoken.jar extract --layers --destination layers

FROM eclipse-temurin:25-jre
WORKDIR /app
RUN groupadd --system --gid 10001 wxtoken \
 && useradd --system --uid 10001 --gid wxtoken --no-create-home --shell /usr/sbin/nologin wxtoken

# What changes least comes first: a new version of ours is a layer of some kilobytes.
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
# The server reads config/application.yml from its working directory. Mount a directory over /app/config to replace it;
# it must be readable by user 10001.
COPY config ./config

# What the classes look like once they are loaded and linked, and how often their methods ran, from a start that ends
# before it serves anybody (JEP 483, 514 and 515): with it, the server starts in half the time. It holds for this JVM and
# these jars only, and the options about the heap must be those below; of their effects, compressed pointers must be the
# same as well, which the JVM would choose by the memory of the machine. A JVM that cannot use it goes on without.
RUN java -XX:+UseG1GC -XX:G1HeapRegionSize=1m -XX:GCTimeRatio=4 -XX:+UseCompressedOops -Xms48m \
 -XX:MaxRAMPercentage=75 -XX:AOTCacheOutput=wxtoken.aot \
 -Dspring.context.exit=onRefresh -jar wxtoken.jar --server.address=127.0.0.1 \
 --spring.config.location=classpath:/ --wxtoken.accounts.main.appid=wx0 --wxtoken.accounts.main.secret=none \
 && test -s wxtoken.aot \
 && rm -rf /tmp/*

# As a number, for Kubernetes accepts nothing else as proof that it is not root. It owns nothing here, and writes to
# /tmp only.
USER 10001:10001
EXPOSE 8080
# Loopback is of no use in here; without callers the server says so and ends.
ENV SERVER_ADDRESS=0.0.0.0

# Liveness, not readiness: whatever restarts an unhealthy container must not do so because WeChat is in trouble.
# The image has neither curl nor wget, and a JVM a check would be dear; bash can speak enough HTTP by itself. Who sets
# the port should do so by SERVER_PORT, where this line sees it, too. It speaks no TLS: a server that does needs a
# management port (MANAGEMENT_SERVER_PORT) on loopback, with MANAGEMENT_SERVER_SSL_ENABLED=false.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${MANAGEMENT_SERVER_PORT:-${SERVER_PORT:-8080}} && printf 'GET /actuator/health/liveness HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

# G1, for it collects what has become garbage among the old objects before it takes more memory. The serial collector of
# this JDK takes a tenth less at first, but then more and more, up to the limit: callers who wait for a token live long
# enough to be taken for old. The heap is small, with 25 MB in use for one account, so its regions are as well, and a fifth
# of the time may go into collecting before it grows. It begins with 48 MB on any machine, and may have three quarters of
# the container's memory: the JVM's own choices would be 1.6 % and a quarter. Out of memory, it ends instead of limping on.
# Further options go into JAVA_TOOL_OPTIONS, which these overrule: a limit of the heap may be among them (-Xmx, of 48m or
# more), another collector may not. No shell, so that SIGTERM reaches the server.
ENTRYPOINT ["java", "-XX:+UseG1GC", "-XX:G1HeapRegionSize=1m", "-XX:GCTimeRatio=4", "-XX:+UseCompressedOops", "-Xms48m", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-XX:AOTCache=wxtoken.aot", "-jar", "wxtoken.jar"]
