extension UnsafeBufferPointer<UInt8> {
    /// Returns the index of the first occurrence of these bytes; nil if there is none, or the text is empty.
    ///
    /// Uses memchr(3) to find the first byte of the text, so texts that start with a rare byte are found fastest.
    @inlinable
    package func position(of text: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8>? {
        guard let first = text.baseAddress, let base = baseAddress, count >= text.count, !text.isEmpty else {
            return nil
        }
        var start = base
        let end = base + count - text.count + 1
        while start < end, let found = memchr(start, Int32(first.pointee), end - start) {
            if memcmp(found, first, text.count) == 0 { return UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) }
            start = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) + 1
        }
        return nil
    }
}
