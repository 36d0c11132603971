// The process between the agent and every program that it runs; see `TaskSupervisor`.

import Supervision

TaskSupervisor.run(CommandLine.arguments.dropFirst())
