import SupervisorProtocol
import Testing

@testable import Supervision

@Suite("The rights of a kernel's Landlock")
struct LandlockAccessTests {
    @Test(
        "are those of its version, and never more than it knows",
        arguments: [
            (1, 0x1fff, 0, 0), (2, 0x3fff, 0, 0), (3, 0x7fff, 0, 0), (4, 0x7fff, 2, 0), (5, 0xffff, 2, 0),
            (6, 0xffff, 2, 3), (8, 0xffff, 2, 3), (9, 0x1ffff, 2, 3), (99, 0x1ffff, 2, 3),
        ] as [(Int32, UInt64, UInt64, UInt64)])
    func versions(version: Int32, files: UInt64, network: UInt64, scope: UInt64) {
        let access = LandlockAccess(version: version)
        #expect(access.handled == files)
        #expect(access.connectTCP == network)
        #expect(access.scope == scope)
        for wanted in Sandbox.Access.allCases {
            #expect(access.granted(wanted, isFolder: true) & ~files == 0)
            // A rule for a file with rights of folders is an error to the kernel: bits 3 to 13.
            #expect(access.granted(wanted, isFolder: false) & 0x3ff8 == 0)
        }
    }

    @Test("to read does not let write, and to write does not let make devices")
    func kinds() {
        let access = LandlockAccess(version: 9)
        #expect(access.granted(.read, isFolder: true) == 0b1101)
        #expect(access.granted(.read, isFolder: false) == 0b101)
        #expect(access.granted(.write, isFolder: true) & (1 << 6 | 1 << 11 | 1 << 15) == 0)
        #expect(access.granted(.use, isFolder: false) == (1 << 1 | 1 << 2 | 1 << 14 | 1 << 15))
        #expect(LandlockAccess(version: 4).granted(.connect, isFolder: true) == 0)
    }

    @Test("a place is hidden, holds what is, or is apart, by whole names and by bytes")
    func relations() {
        let sandbox = Sandbox(grants: [], hidden: ["/var/state", "/é"], tcpPorts: nil, leastVersion: 3)
        func relation(_ path: String) -> Sandbox.Relation { sandbox.relation(of: Array(path.utf8)) }
        #expect(relation("/") == .above("/var/state"))
        #expect(relation("/var") == .above("/var/state"))
        #expect(relation("/var/state") == .inside("/var/state"))
        #expect(relation("/var/state/\u{301}x") == .inside("/var/state"))
        #expect(relation("/var/state2") == .apart && relation("/va") == .apart)
        #expect(relation("/e\u{301}") == .apart && relation("/é/x") == .inside("/é"))
    }
}
