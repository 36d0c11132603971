import SupervisorProtocol

/// The rights of a version of Landlock, as bits (man 7 landlock).
struct LandlockAccess {
    /// The version of the ABI.
    let version: Int32

    private static let execute: UInt64 = 1 << 0
    private static let writeFile: UInt64 = 1 << 1
    private static let readFile: UInt64 = 1 << 2
    private static let readFolder: UInt64 = 1 << 3
    /// All of version 1 together: also to remove and to make folders, files, sockets, named pipes, links and devices.
    private static let first: UInt64 = (1 << 13) - 1
    private static let makeDevices: UInt64 = 1 << 6 | 1 << 11
    /// Since version 2: to move and to link from one folder to another, which version 1 never allows.
    private static let refer: UInt64 = 1 << 13
    /// Since version 3.
    private static let truncate: UInt64 = 1 << 14
    /// Since version 5: to control devices by ioctl.
    private static let control: UInt64 = 1 << 15
    /// Since version 9: to connect to sockets by their path.
    private static let connect: UInt64 = 1 << 16
    /// What there is to grant of what is no folder.
    private static let ofFiles = execute | writeFile | readFile | truncate | control | connect

    /// What is denied unless it is granted.
    var handled: UInt64 {
        Self.first | (version >= 2 ? Self.refer : 0) | (version >= 3 ? Self.truncate : 0)
            | (version >= 5 ? Self.control : 0) | (version >= 9 ? Self.connect : 0)
    }

    /// Since version 4: to connect to a port over TCP.
    var connectTCP: UInt64 { version >= 4 ? 1 << 1 : 0 }

    /// Since version 6: neither abstract sockets nor signals reach what is outside.
    var scope: UInt64 { version >= 6 ? 1 << 0 | 1 << 1 : 0 }

    /// What is granted of a place.
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
