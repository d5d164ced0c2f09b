/**
 * Tests of the whole server over real sockets, of its configuration and of its documents.
 *
 * <p>This index shows which test covers which rule or promise, over all packages. A package prefix also applies to the
 * names after it up to the next semicolon; names without a prefix are tests in this package.
 *
 * <p>Tokens:
 *
 * <ul>
 *   <li>No caller is served a dead token: {@code keeper.HistoriesTest}, {@code HonestLifeTest}, {@code ReplicasTest};
 *       {@code redis.ReplicasOnRedisTest}, {@code ReplicaPausesTest}, {@code ReplicasLostTest}, {@code
 *       ReplicasSoakTest}; {@code SoakTest}
 *   <li>A storm of calls or reports causes one mint: {@code keeper.KeeperTest}, {@code RaceTest}; {@code ServerTest}
 *   <li>Which token is served and for how long: {@code token.ServingTermsTest}; {@code keeper.RecordViewTest}
 *   <li>When a token is fetched: {@code token.TokenDueTest}, {@code RefreshPolicyTest}; {@code keeper.RefresherTest}
 *   <li>Failed, lost and late fetches: {@code token.TokenFailureTest}, {@code TokenOvertakenTest}; {@code
 *       keeper.MisbehavingSourceTest}
 *   <li>Probes, reports and doubts: {@code token.TokenDoubtTest}; {@code keeper.LastProbeTest}, {@code WatchdogTest},
 *       {@code ReportsTest}; {@code wechat.TokenProbeTest}
 *   <li>The daily budget and its reserve: {@code token.BudgetTest}, {@code RefreshPolicyTest}; {@code
 *       keeper.HistoriesTest}, {@code KeeperTest}, {@code OrdersTest}
 *   <li>Operators' orders: {@code keeper.OrdersTest}; {@code TokensEndpointTest}, {@code TokensEndpointInputTest}
 *   <li>The stable API: {@code keeper.StableTest}; {@code wechat.StableFetchTest}; {@code StableServerTest}
 *   <li>Tickets: {@code keeper.TicketsTest}, {@code TicketHistoriesTest}; {@code wechat.StableFetchTest}; {@code
 *       api.TicketCallsTest}; {@code keeper.AccessTokenIndexTest}, {@code AccessTokenHolderTest}
 *   <li>Accounts do not affect each other: {@code keeper.LanesTest}, {@code ManyAccountsTest}, {@code
 *       MisbehavingSourceTest}; {@code ServedUnderFaultsTest}
 *   <li>Time: {@code keeper.SteadyClockTest}, {@code TokenSlotTest}
 * </ul>
 *
 * <p>The store and its replicas:
 *
 * <ul>
 *   <li>The store contract: {@code token.TokenStoreContract}, run by {@code keeper.MemoryTokenStoreTest} and {@code
 *       redis.RedisTokenStoreTest}
 *   <li>Lost writes and outages of the store: {@code keeper.SharedRecordTest}, {@code TokenSlotTest}, {@code
 *       RecentlySeenTest}, {@code StoreContactTest}; {@code redis.ReplicasLostTest}
 *   <li>The change feed: {@code redis.ChangeFeedTest}
 *   <li>Demoted, silent and moved nodes: {@code redis.ReconnectTest}, {@code SentinelReconnectTest}
 *   <li>Foreign data, old versions and errors of Redis: {@code redis.GarbageTest}, {@code OldRedisTest}, {@code
 *       RedisVersionTest}, {@code RedisFailuresTest}
 *   <li>Ten thousand accounts: {@code keeper.ManyAccountsTest}; {@code redis.ManyAccountsOnRedisTest}
 * </ul>
 *
 * <p>WeChat:
 *
 * <ul>
 *   <li>Requests and answers: {@code wechat.FetchTest}, {@code WeChatResponseTest}, {@code ErrcodeTest}
 *   <li>Other hosts after a failure: {@code wechat.HostsTest}, {@code FailoverTest}; a request is sent at most once:
 *       {@code wechat.SendPermitTest}
 *   <li>Forward proxies: {@code wechat.ForwardProxyTest}, {@code ProxySelectionTest}
 *   <li>Callers' answers under each fault: {@code ServedUnderFaultsTest}; the operator's remedy: {@code DrillTest}
 *   <li>The simulated WeChat itself: all tests of {@code simulator}
 * </ul>
 *
 * <p>Security:
 *
 * <ul>
 *   <li>Secrets are never shown: {@code CanaryTest}; {@code wechat.SecrecyTest}; {@code keeper.HiddenValueTest}
 *   <li>Access: {@code AccessTest}, {@code PathsTest}, {@code ManagementPortTest}, {@code LoopbackGuardTest}; {@code
 *       redis.AclTest}
 *   <li>Keys: {@code caller.CallersTest}; {@code KeyRotationTest}, {@code GuessingTest}
 *   <li>Slow, malformed and wrong requests: {@code api.SlowSendersTest}, {@code MalformedRequestTest}, {@code MalformedRequestLogTest}, {@code
 *       WrongInputTest}, {@code CgiBinInputTest}
 *   <li>Clients that hold connections: {@code HostileClientsTest}; {@code caller.ClientLimitsTest}
 *   <li>Foreign web pages: {@code ForeignRequestTest}; {@code api.ForeignRequestsTest}, {@code ForeignRequestLogTest}
 *   <li>Texts and tokens from outside: {@code redis.ForgedTextTest}; {@code wechat.WeChatResponseTest}
 *   <li>TLS: {@code TlsTest}; {@code wechat.WeChatTlsTest}
 * </ul>
 *
 * <p>The API:
 *
 * <ul>
 *   <li>Calls: {@code api.TokenCallsTest}, {@code CgiBinTest}, {@code ProblemsTest}; {@code OpenApiTest}
 *   <li>The language of errors and start failures: {@code api.LanguageTest}; {@code support.MessageTest}; {@code
 *       MessagesTest}, {@code StartLanguageTest}
 *   <li>The fast path answers like the normal path: {@code api.CurrentTokenFilterTest}
 *   <li>Waiting callers: {@code api.WaitTest}, {@code LongestWaitTest}, {@code WaitingCallersTest}, {@code
 *       ManyWaitersTest}
 *   <li>Third-party clients: {@code clients.WxJavaTest}, {@code NodeTest}, {@code OwnClientTest}
 * </ul>
 *
 * <p>The relay:
 *
 * <ul>
 *   <li>Calls, and the credentials and accounts they may have: {@code relay.RelayTest}, {@code RelayAddressingTest},
 *       {@code RelayPathsTest}, {@code PathPolicyTest}, {@code RawQueryTest}
 *   <li>Relay tokens: {@code relay.SignedRelayTokensTest}, {@code RelayReplicasTest}
 *   <li>Refreshes and dead tokens under load: {@code relay.RelayRotationTest}; lost and restarted replicas:
 *       {@code redis.ReplicasRelayTest}
 *   <li>Unusual requests and answers: {@code relay.RelayClientsTest}, {@code RelayEdgesTest}, {@code
 *       RelayAnswersTest}, {@code RelayFilterTest}, {@code RelayWithoutTokenTest}
 *   <li>Limits, and what is left behind: {@code relay.CallsInFlightTest}, {@code RelaySaturationTest},
 *       {@code SpooledBodyTest}, {@code StreamedBodyTest}, {@code BodiesTest}, {@code RelayBodiesTest}, {@code
 *       RelayConnectionsTest}
 *   <li>Secrets and contents in logs and errors: {@code relay.RelayCanaryTest}
 *   <li>Third-party clients: {@code clients.WxJavaRelayTest}, {@code WxJavaProcessTest}, {@code
 *       NodeProcessTest}
 * </ul>
 *
 * <p>Operation:
 *
 * <ul>
 *   <li>Start and shutdown: {@code StartTest}, {@code StartMessageTest}, {@code IndexPageTest}, {@code ProcessTest};
 *       {@code api.ConnectionDrainTest}; {@code wechat.WeChatNoteTest}, {@code CloseTest}; {@code redis.RedisNoteTest}
 *   <li>Configuration: {@code BrokenConfigurationTest}, {@code WrongConfigurationTest}, {@code
 *       ConfigurationReferenceTest}; {@code wechat.WeChatConfigurationTest}; {@code keeper.RefreshPropertiesTest}; the
 *       names of accounts and callers: {@code support.NamedPropertiesTest}; {@code NamesTest}; environment variables
 *       alone: {@code VariablesOnlyTest}
 *   <li>Logs: {@code monitor.EventLogTest}, {@code StructuredLogTest}, {@code AuditLogTest}, {@code
 *       AuditSummaryTest}; {@code caller.RejectionLogTest}; {@code token.HintsTest}
 *   <li>Health and outages: {@code monitor.HealthTest}; {@code keeper.OutagesTest}, {@code FoundDeadTest}
 *   <li>Metrics, alerts and dashboard: {@code TelemetryTest}, {@code AlertsTest}, {@code DashboardTest}; {@code
 *       monitor.TokenMetricsTest}, {@code EventMetersTest}
 *   <li>The status page: {@code monitor.StatusPageTest}, {@code StatusBrowserTest}, {@code StatusBulkTest}, {@code
 *       StatusLooksTest}, {@code StatusManyTest}, {@code StatusRelayTest}, {@code StatusTextsTest}, {@code
 *       StatusWordsTest}
 *   <li>The numbers of relayed calls: {@code monitor.RelayActivityTest}
 * </ul>
 *
 * <p>The project:
 *
 * <ul>
 *   <li>Packages and dependencies: {@code ArchitectureTest}; tiers of the tests: {@code TiersTest}; names in
 *       the design: {@code DesignTest}
 *   <li>Examples and lists in the documents: {@code clients.RecipesTest}; {@code TelemetryTest}, {@code DrillTest},
 *       {@code OpenApiTest}, {@code ConfigurationReferenceTest}, {@code ReadmeTest}
 *   <li>Cost: {@code MetricsCostTest}; {@code keeper.TokenBenchmark}; {@code caller.AuthenticationBenchmark}; {@code
 *       benchmark}
 * </ul>
 */
@NullMarked
package io.github.wxtoken;

import org.jspecify.annotations.NullMarked;
