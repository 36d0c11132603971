// What keeps processes from each other: who may look into them, capabilities, Landlock. Wrappers only: no logic.
#ifndef CPLATFORM_CONFINEMENT_H
#define CPLATFORM_CONFINEMENT_H

#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// MARK: Memory and environment

// man 2 PR_SET_DUMPABLE: 0 or 1.
static inline int platform_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0); }
static inline int platform_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }

// MARK: Capabilities

// man 7 capabilities: a bit for each.
struct platform_capabilities { uint64_t effective, permitted, inheritable; };

// man 2 capget, version 3: each set in two halves.
static inline int platform_get_capabilities(struct platform_capabilities *sets) {
    struct { uint32_t version; int32_t process; } header = {0x20080522, 0};
    struct { uint32_t effective, permitted, inheritable; } halves[2];
    if (syscall(SYS_capget, &header, halves) != 0) return -1;
    sets->effective = halves[0].effective | (uint64_t)halves[1].effective << 32;
    sets->permitted = halves[0].permitted | (uint64_t)halves[1].permitted << 32;
    sets->inheritable = halves[0].inheritable | (uint64_t)halves[1].inheritable << 32;
    return 0;
}

static inline int platform_set_capabilities(const struct platform_capabilities *sets) {
    struct { uint32_t version; int32_t process; } header = {0x20080522, 0};
    struct { uint32_t effective, permitted, inheritable; } halves[2] = {
        {(uint32_t)sets->effective, (uint32_t)sets->permitted, (uint32_t)sets->inheritable},
        {(uint32_t)(sets->effective >> 32), (uint32_t)(sets->permitted >> 32), (uint32_t)(sets->inheritable >> 32)},
    };
    return (int)syscall(SYS_capset, &header, halves);
}

static inline int platform_clear_ambient_capabilities(void) {
    return prctl(47 /* PR_CAP_AMBIENT */, 4 /* PR_CAP_AMBIENT_CLEAR_ALL */, 0, 0, 0);
}

static inline int platform_has_ambient_capability(int number) {
    return prctl(47 /* PR_CAP_AMBIENT */, 1 /* PR_CAP_AMBIENT_IS_SET */, number, 0, 0);
}

static inline int platform_forbid_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

// MARK: Landlock (man 7 landlock), for which glibc has no wrappers; the numbers are the same on every machine.

struct platform_ruleset { uint64_t files, network, scope; };

// The ABI of the kernel, or an error.
static inline int platform_landlock_version(void) {
    return (int)syscall(444 /* landlock_create_ruleset */, (void *)0, (size_t)0, 1U /* LANDLOCK_CREATE_RULESET_VERSION */);
}

// An older kernel takes the longer structure where what it does not know is 0.
static inline int platform_landlock_ruleset(const struct platform_ruleset *ruleset) {
    return (int)syscall(444, ruleset, sizeof *ruleset, 0U);
}

static inline int platform_landlock_allow_path(int ruleset, uint64_t access, int path) {
    struct __attribute__((packed)) { uint64_t access; int32_t path; } rule = {access, path};
    return (int)syscall(445 /* landlock_add_rule */, ruleset, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &rule, 0U);
}

static inline int platform_landlock_allow_port(int ruleset, uint64_t access, uint64_t port) {
    struct { uint64_t access, port; } rule = {access, port};
    return (int)syscall(445, ruleset, 2 /* LANDLOCK_RULE_NET_PORT */, &rule, 0U);
}

static inline int platform_landlock_restrict(int ruleset) {
    return (int)syscall(446 /* landlock_restrict_self */, ruleset, 0U);
}

#endif
