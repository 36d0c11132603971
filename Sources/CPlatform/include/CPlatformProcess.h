// Processes: what starting, limiting and waiting for them needs.
#ifndef CPLATFORM_PROCESS_H
#define CPLATFORM_PROCESS_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/syscall.h>

// MARK: Starting

// Swift hides fork, since it is unsound in a process with several threads. Call it from a process with one.
static inline pid_t platform_fork(void) { return fork(); }

static inline int platform_socket_pair(int pair[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}

// Never raises SIGPIPE.
static inline ssize_t platform_send(int socket, const void *bytes, size_t count, bool waits) {
    return send(socket, bytes, count, MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT));
}

static inline int platform_pipe(int pair[2]) { return (int)syscall(SYS_pipe2, pair, O_CLOEXEC); }

static inline int platform_set_pipe_size(int pipe, int bytes) { return fcntl(pipe, 1031 /* F_SETPIPE_SZ */, bytes); }

// man 3 posix_spawn: these two are extensions.
int platform_spawn_closing_from(posix_spawn_file_actions_t *actions, int first);
int platform_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *folder);

// man 2 close_range: needs Linux 5.11 for the flag; glibc has a wrapper only since 2.34.
static inline int platform_close_on_exec_from(unsigned int first) {
    return (int)syscall(SYS_close_range, first, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
}

static inline int platform_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

static inline int platform_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

// The libc keeps signals 32 and 33 to itself; the kernel knows no such reserve, and a program inherits them like the others where
// they are ignored. A handler of the libc stays: with threads, setuid(2) needs it. No program inherits a handler.
static inline int platform_default_signal_action(int signal) {
    struct { uint64_t handler, flags, restorer, mask; } action = {0, 0, 0, 0}, current = {0, 0, 0, 0};
    if (signal == 32 || signal == 33) {
        long failed = syscall(SYS_rt_sigaction, signal, (void *)0, &current, 8);
        if (failed || current.handler != (uint64_t)(uintptr_t)SIG_IGN) return (int)failed;
    }
    return (int)syscall(SYS_rt_sigaction, signal, &action, (void *)0, 8);
}

static inline int platform_set_signal_mask(uint64_t mask) {
    return (int)syscall(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, &mask, (void *)0, 8);
}

// man 2 PR_SET_NAME: of the calling thread; what is longer than 15 bytes is cut.
static inline void platform_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// MARK: Limits

static inline int platform_set_nice(int nice) { return setpriority(PRIO_PROCESS, 0, nice); }

// man 2 sched_setaffinity, as system calls: the set of libc has room for 1024 processors only, and the kernel may have more.
// The first gives the number of bytes that it filled.
static inline int platform_get_affinity(void *mask, size_t bytes) {
    return (int)syscall(SYS_sched_getaffinity, 0, bytes, mask);
}
static inline int platform_set_affinity(const void *mask, size_t bytes) {
    return (int)syscall(SYS_sched_setaffinity, 0, bytes, mask);
}

// man 2 ioprio_set: class 2 is best-effort, 3 is idle.
static inline int platform_set_io_priority(int class, int level) {
    return (int)syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0, class << 13 | level);
}

// man 2 getrlimit, RLIMIT_NICE: without privileges the nice value can only rise from now on.
static inline int platform_forbid_lower_nice(void) {
    struct rlimit limit = {0, 0};
    return setrlimit(RLIMIT_NICE, &limit);
}

static inline int platform_limit_address_space(uint64_t bytes) {
    struct rlimit limit = {(rlim_t)bytes, (rlim_t)bytes};
    return setrlimit(RLIMIT_AS, &limit);
}

// The soft limit brings SIGXCPU, the hard one, a second later, SIGKILL.
static inline int platform_limit_cpu_time(uint64_t seconds) {
    struct rlimit limit = {(rlim_t)seconds, (rlim_t)seconds + 1};
    return setrlimit(RLIMIT_CPU, &limit);
}

static inline int platform_limit_open_files(uint64_t count) {
    struct rlimit limit = {(rlim_t)count, (rlim_t)count};
    return setrlimit(RLIMIT_NOFILE, &limit);
}

static inline int platform_limit_core_size(uint64_t bytes) {
    struct rlimit limit = {(rlim_t)bytes, (rlim_t)bytes};
    return setrlimit(RLIMIT_CORE, &limit);
}

// What holds now, the soft ones.
static inline int platform_open_files_limit(struct rlimit *limit) { return getrlimit(RLIMIT_NOFILE, limit); }
static inline int platform_set_open_files_limit(const struct rlimit *limit) { return setrlimit(RLIMIT_NOFILE, limit); }
static inline int platform_processes_limit(struct rlimit *limit) { return getrlimit(RLIMIT_NPROC, limit); }

static inline int platform_own_usage(struct rusage *usage) { return getrusage(RUSAGE_SELF, usage); }

// MARK: Waiting

static inline int platform_children_usage(struct rusage *usage) { return getrusage(RUSAGE_CHILDREN, usage); }

static inline bool platform_exited(int status) { return WIFEXITED(status); }
static inline int platform_exit_status(int status) { return WEXITSTATUS(status); }
static inline bool platform_signalled(int status) { return WIFSIGNALED(status); }
static inline int platform_ending_signal(int status) { return WTERMSIG(status); }
static inline bool platform_core_dumped(int status) { return WCOREDUMP(status); }

// MARK: Signals

// Has these signals written into a pipe as they come, a byte with its number for each.
void platform_note_signals_in(int writer);
void platform_note_signal(int number);
// The signals that ever came so, a bit for each.
uint64_t platform_signals_seen(void);

// MARK: Memory

// man 2 madvise, for the program's own code, whose place dl_iterate_phdr(3) tells.
void platform_release_code(void);

// man 3 mallopt, M_ARENA_MAX: one heap for all threads.
void platform_share_heap(void);
#endif
