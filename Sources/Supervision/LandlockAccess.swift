import SupervisorProtocol

/// The access rights of a version of Landlock, as bits (man 7 landlock).
struct LandlockAccess {
    /// The version of the ABI.
    let version: Int32

    private static let execute: UInt64 = 1 << 0
    private static let writeFile: UInt64 = 1 << 1
    private static let readFile: UInt64 = 1 << 2
    private static let readFolder: UInt64 = 1 << 3
    /// All rights of version 1 together, including removing and creating folders, files, sockets, named pipes, links
    /// and devices.
    private static let first: UInt64 = (1 << 13) - 1
    private static let makeDevices: UInt64 = 1 << 6 | 1 << 11
    /// Since version 2: moving and linking between folders, which version 1 never allows.
    private static let refer: UInt64 = 1 << 13
    /// Since version 3.
    private static let truncate: UInt64 = 1 << 14
    /// Since version 5: ioctl on devices.
    private static let control: UInt64 = 1 << 15
    /// Since version 9: connecting to sockets by path.
    private static let connect: UInt64 = 1 << 16
    /// The rights that apply to anything but folders.
    private static let ofFiles = execute | writeFile | readFile | truncate | control | connect

    /// The rights that are denied unless granted.
    var handled: UInt64 {
        Self.first | (version >= 2 ? Self.refer : 0) | (version >= 3 ? Self.truncate : 0)
            | (version >= 5 ? Self.control : 0) | (version >= 9 ? Self.connect : 0)
    }

    /// Since version 4: connecting to a TCP port.
    var connectTCP: UInt64 { version >= 4 ? 1 << 1 : 0 }

    /// Since version 6: no abstract sockets and signals to outside the sandbox.
    var scope: UInt64 { version >= 6 ? 1 << 0 | 1 << 1 : 0 }

    /// Returns the rights granted on a file or folder.
    func granted(_ access: Sandbox.Access, isFolder: Bool) -> UInt64 {
        let reading = Self.execute | Self.readFile | Self.readFolder
        let wanted: UInt64 =
            switch access {
            case .read: reading
            case .write:
                Self.first & ~Self.makeDevices | Self.refer | Self.truncate | Self.connect
            case .use: Self.readFile | Self.readFolder | Self.writeFile | Self.truncate | Self.control
            case .connect: Self.connect
            }
        return wanted & handled & (isFolder ? UInt64.max : Self.ofFiles)
    }
}
