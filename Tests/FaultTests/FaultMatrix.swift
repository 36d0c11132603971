/// The fault matrix: what an agent survives, and which test proves it.
///
/// A test is named by its target, suite and function. A row that strikes the manager is proven through ``FaultProxy``
/// with an agent, a manager-lite and real programs, unless its time is too long for that; then a clock is turned by hand.
/// Where the conversation is not the same in both dialects of the API, the fault is played in each.
///
/// ## Manager
///
/// | row | proof |
/// |---|---|
/// | refuses connections | FaultTests `ManagerFaultTests.refuses`, ManagerClientTests `BadAnswerTests.nobody` |
/// | accepts and never answers | FaultTests `ManagerFaultTests.first` (hang), `.neverStalls`; EndToEndTests `RecoveryTests.flush` |
/// | 401, 403 | FaultTests `RefusalFaultTests.forgotten`; at sign-on AgentTests `EnrolmentTests`, `CredentialRejectionsTests` |
/// | 404 | FaultTests `RefusalFaultTests.rejected`; the steps: AgentTests `DeliveryRuleTests.answers` |
/// | 408 | FaultTests `ManagerFaultTests.first`, ManagerClientTests `BadAnswerTests.statuses` |
/// | 409 | FaultTests `RefusalFaultTests.notOurs`, `.notAwake` |
/// | 423 | FaultTests `RefusalFaultTests.goToSleep`; AgentTests `WorkerTests.asleepAndAwake` |
/// | 429 + `Retry-After` | FaultTests `ManagerFaultTests.first`; the wait: AgentTests `UpdateSenderTests.transient` |
/// | 500, 502 with HTML, 503 | FaultTests `ManagerFaultTests.first`; credentials stay: AgentTests `EnrolmentTests` |
/// | a proxy's web page with 200 | FaultTests `ManagerFaultTests.first` |
/// | cuts the connection at any byte of a request | FaultTests `ManagerFaultTests.cutRequest` |
/// | cuts the connection at any byte of a reply | ManagerClientTests `BadAnswerTests.cut`, `.cutReceipt`; FaultTests `ManagerFaultTests.first` |
/// | takes the request and loses the reply | FaultTests `ManagerFaultTests.first` (loseReply) |
/// | slow (1 byte/s) | FaultTests `ManagerFaultTests.first`, `.neverStalls` (throttle) |
/// | restarts with its memory gone | AgentTests `WorkerTests.forgotten`; with it kept: EndToEndTests `RecoveryTests.restartedManager` |
/// | deletes the worker | FaultTests `RefusalFaultTests.deleted` |
/// | takes no updates while the worker stops or changes its state | FaultTests `LeavingFaultTests` |
/// | is replaced by one that speaks the other API | AgentTests `DialectTests.upgrade` |
/// | comes back before a thousand agents | AgentTests `DeliveryRuleTests.herd` |
///
/// ## Agent
///
/// | row | proof |
/// |---|---|
/// | kill -9 at every step of the journal | AgentTests `KillTests.everyStep`; the real agent: EndToEndTests `RecoveryTests.killedAgent` |
/// | SIGTERM twice | AgentTests `WorkerTests.termTwice`, `WorkerStateMachineTests` |
/// | spool disk full, read-only, broken, deleted | AgentTests `StorageFaultTests` |
/// | a damaged record, a torn tail, a newer spool | AgentTests `StorageFaultTests` |
/// | two agents on one directory | EndToEndTests `CommandLineTests.twoAgents`, AgentTests `StateDirectoryTests` |
/// | clock jumps | AgentTests `SpoolStoreTests` (folders sort behind each other), ManagerClientTests `BadAnswerTests.retryAfter` (dates by the manager's clock); all waits are on a clock that cannot be set |
///
/// ## Program
///
/// | row | proof |
/// |---|---|
/// | ignores SIGTERM | SupervisorTests `CancelTests.stubborn`, AgentTests `WorkerTests.termTwice` |
/// | forks a daemon with `setsid` | SupervisorTests `CancelTests.trees`, `LeftoverTests` |
/// | fork-bombs slowly | SupervisorTests `CancelTests.forking`, `ControlGroupTests` |
/// | no newline | FaultTests `OutputFaultTests.noNewline`, SupervisorTests `OutputTests`, ExecutorKitTests `LineScannerTests` |
/// | `\r` only | FaultTests `OutputFaultTests.awkward`, AgentTests `LogTextTests`, ExecutorKitTests `LineScannerReturnTests` |
/// | invalid UTF-8, NUL bytes | FaultTests `OutputFaultTests.awkward`, AgentTests `LogTextTests` |
/// | closes stdout and runs on | FaultTests `OutputFaultTests.awkward`, SupervisorTests `LeftoverTests` |
/// | prints after its main process exited | FaultTests `OutputFaultTests.awkward`, SupervisorTests `LeftoverTests` |
/// | exits by every signal | SupervisorTests `EndTests` |
/// | executable missing, not executable, wrong format | SupervisorTests `FailureTests.executables`, AgentTests `WorkerTests.badCommand` |
///
/// ## All at once
///
/// `Tests/run.sh --soak MINUTES`: agents killed, managers restarted, requests struck, and every byte compared; see `Soak`.
enum FaultMatrix {}
