import CPlatform

/// The memory that the process allocates.
package enum AllocatedMemory {
    /// Makes all threads allocate from one heap (mallopt(3), M_ARENA_MAX), so that one thread uses again what another has
    /// released; must be called before there are other threads.
    package static func shareHeap() { platform_share_heap() }
}
