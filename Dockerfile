# Build: docker build -t wxtoken .

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY .mvn .mvn
COPY src/main src/main
# Run the tests with verify before building an image. The cache avoids downloads if only the project's code has changed.
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp -Dmaven.test.skip=true package
RUN cp target/wxtoken-*.jar wxtoken.jar \
 && java -Djarmode=tools -jar wxtoken.jar extract --layers --destination layers

FROM eclipse-temurin:25-jre
WORKDIR /app
RUN groupadd --system --gid 10001 wxtoken \
 && useradd --system --uid 10001 --gid wxtoken --no-create-home --shell /usr/sbin/nologin wxtoken

# The layers that change least come first: a new version of wxtoken is a layer of a few kilobytes.
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
# The server reads config/application.yml from its working directory. Mount a directory over /app/config to replace it;
# it must be readable by user 10001.
COPY config ./config

# The AOT cache contains loaded and linked classes and method profiles (JEP 483, 514 and 515), recorded in a start that
# ends before serving requests. It halves the startup time. It is valid only for this JVM, these jars and the heap
# options of the ENTRYPOINT. Compressed pointers must be the same too, so they are set explicitly: the JVM would choose
# them by the memory of the machine. A JVM that cannot use the cache starts without it.
RUN java -XX:+UseG1GC -XX:G1HeapRegionSize=1m -XX:GCTimeRatio=4 -XX:+UseCompressedOops -Xms48m \
 -XX:MaxRAMPercentage=75 -XX:AOTCacheOutput=wxtoken.aot \
 -Dspring.context.exit=onRefresh -jar wxtoken.jar --server.address=127.0.0.1 \
 --spring.config.location=classpath:/ --wxtoken.accounts.main.appid=wx0 --wxtoken.accounts.main.secret=none \
 && test -s wxtoken.aot \
 && rm -rf /tmp/*

# Numeric, because Kubernetes accepts nothing else as proof of a non-root user. This user owns no files here and writes
# to /tmp only.
USER 10001:10001
EXPOSE 8080
# Loopback is useless in a container. Without callers, the server reports this and exits.
ENV SERVER_ADDRESS=0.0.0.0

# Liveness, not readiness: an orchestrator must not restart the container because WeChat fails. The image has neither
# curl nor wget, and starting a JVM per check would be expensive; bash supports enough HTTP. Set the port with
# SERVER_PORT, so that this check sees it too. The check does not support TLS: a server with TLS needs a management port
# (MANAGEMENT_SERVER_PORT) on loopback, with MANAGEMENT_SERVER_SSL_ENABLED=false.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${MANAGEMENT_SERVER_PORT:-${SERVER_PORT:-8080}} && printf 'GET /actuator/health/liveness HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

# G1 collects garbage in the old generation before it takes more memory. The serial collector of this JDK takes a tenth
# less at first, but then grows up to the limit, because waiting callers live long enough to be promoted. The heap is
# small, with 25 MB in use for one account. Regions are therefore small too, and a fifth of the time may go into
# collecting before the heap grows. It starts with 48 MB on any machine and may take three quarters of the container's
# memory: the JVM's defaults would be 1.6 % and a quarter. When out of memory, the server exits. Further options go into
# JAVA_TOOL_OPTIONS, but those below take precedence: a heap limit is possible (-Xmx of 48m or more), another collector
# is not. No shell, so that SIGTERM reaches the server.
ENTRYPOINT ["java", "-XX:+UseG1GC", "-XX:G1HeapRegionSize=1m", "-XX:GCTimeRatio=4", "-XX:+UseCompressedOops", "-Xms48m", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-XX:AOTCache=wxtoken.aot", "-jar", "wxtoken.jar"]
