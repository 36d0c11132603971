import Foundation
import TestSupport
import Testing

@Suite("The Debian package and the archive", .timeLimit(.minutes(10)))
struct PackageTests {
    private static let products = URL(filePath: BuiltProducts.path("flamenco-agent")).deletingLastPathComponent().path

    /// Packs the programs of the tests; gives the path of what the script made.
    private func build(_ script: String, _ suffix: String, in folder: TemporaryFolder) async throws -> String {
        let built = await
            (try RunningProgram(
                Checkout.path(script),
                // Programs that were built for tests need libraries of this machine.
                ["--from", Self.products, "--output", folder.url.path, "--this-machine-only"],
                // They are large, and nobody keeps this package.
                environment: ["DPKG_DEB_COMPRESSOR_LEVEL": "1"])).end()
        try #require(built.exit == .status(0), "\(built.output)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        let name = names.first { $0.hasPrefix("flamenco-agent") && $0.hasSuffix(suffix) }
        return folder.path(try #require(name, "\(names)"))
    }

    @Test(
        "has everything in its place, for root, with settings for a fresh installation, and runs from where it is unpacked"
    )
    func package() async throws {
        let folder = try TemporaryFolder()
        let package = try await build("systemd/build-deb.sh", ".deb", in: folder)

        let contents = try await output(of: "dpkg-deb", "--contents", package)
        for line in contents.split(separator: "\n") { #expect(line.contains(" root/root "), "\(line)") }
        for (mode, file) in [
            ("-rwxr-xr-x", "./usr/bin/flamenco-agent"), ("-rwxr-xr-x", "./usr/bin/manager-lite"),
            ("-rwxr-xr-x", "./usr/libexec/flamenco-agent/task-supervisor"),
            ("-rw-r--r--", "./lib/systemd/system/flamenco-agent.service"),
            ("-rw-r--r--", "./lib/systemd/system/flamenco-agent@.service"),
            ("-rw-r--r--", "./usr/lib/sysusers.d/flamenco-agent.conf"),
            ("-rw-r--r--", "./usr/share/flamenco-agent/settings.json5"),
            ("-rw-r--r--", "./usr/share/flamenco-agent/render-user.conf"),
            ("-rw-r--r--", "./usr/share/man/man1/flamenco-agent.1.gz"),
            ("-rw-r--r--", "./usr/share/bash-completion/completions/flamenco-agent"),
            ("-rw-r--r--", "./usr/share/zsh/vendor-completions/_flamenco-agent"),
            ("-rw-r--r--", "./usr/share/fish/vendor_completions.d/flamenco-agent.fish"),
            ("-rw-r--r--", "./usr/share/flamenco-agent/monitoring/alerts.yml"),
            ("-rw-r--r--", "./usr/share/doc/flamenco-agent/changelog.gz"),
            ("-rw-r--r--", "./usr/share/doc/flamenco-agent/README.md.gz"),
            ("-rw-r--r--", "./usr/share/doc/flamenco-agent/executors.md.gz"),
            ("-rw-r--r--", "./usr/share/doc/flamenco-agent/manager-lite.md.gz"),
        ] {
            let line = contents.split(separator: "\n").first { $0.hasSuffix(" " + file) }
            #expect(line?.hasPrefix(mode) == true, "\(file): \(line ?? "not there")")
        }
        let linted = await
            (try RunningProgram(
                "/usr/bin/env",
                [
                    "lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags",
                    "custom-library-search-path", package,
                ])).end()
        #expect(linted.exit == .status(0), "\(linted.output)")
        let control = try await output(of: "dpkg-deb", "--field", package)
        #expect(control.contains("\nDepends: ") && control.contains("libc6") && control.contains("libcurl4"))
        // The programs, the package and the changes have one version.
        let version = try await output(of: Checkout.path("systemd/version.sh")).trimmingCharacters(in: .newlines)
        #expect(control.contains("\nVersion: \(version.replacing("-", with: "~"))\n"))
        let stated = try await output(of: BuiltProducts.path("manager-lite"), "version")
        #expect(stated == "manager-lite \(version)\n")
        let unpacked = folder.path("unpacked")
        _ = try await output(of: "dpkg-deb", "--raw-extract", package, unpacked)
        // A package that brought settings would change those of an installation that nobody has touched.
        #expect(!FileManager.default.fileExists(atPath: unpacked + "/etc"))
        for script in ["postinst", "prerm", "postrm"] {
            _ = try await output(of: "sh", "-n", "\(unpacked)/DEBIAN/\(script)")
        }
        let executors = try await output(of: unpacked + "/usr/bin/flamenco-agent", "executors")
        #expect(executors.contains("image-convert") && !executors.contains("left out"), "\(executors)")
    }

    @Test("the archive runs from where it is unpacked, and installs units for that place alone")
    func archive() async throws {
        let folder = try TemporaryFolder()
        let archive = try await build("systemd/build-tarball.sh", ".tar.gz", in: folder)
        _ = try await output(of: "tar", "--extract", "--directory", folder.url.path, "--file", archive)
        let place = archive.replacing(".tar.gz", with: "")
        let executors = try await output(of: place + "/bin/flamenco-agent", "executors")
        #expect(executors.contains("\(place)/libexec/flamenco-agent/executors/image-convert"), "\(executors)")
        _ = try await output(of: place + "/bin/flamenco-agent", "try", "echo", "--param", "message=moved")
        // Other distributions number the symbols of libcurl otherwise, or not at all.
        let needs = try await output(of: "objdump", "-p", place + "/bin/flamenco-agent")
        #expect(needs.contains("NEEDED               libcurl.so.4") && needs.contains("required from libc.so.6"))
        #expect(!needs.contains("required from libcurl"))

        let before = Set(try FileManager.default.subpathsOfDirectory(atPath: place))
        let root = folder.path("root")
        let said = try await output(
            of: place + "/systemd/install.sh", "--root", root, "--manager", "http://m.local:8080")
        #expect(said.contains("systemctl enable --now flamenco-agent"))
        let unit = try String(contentsOfFile: root + "/etc/systemd/system/flamenco-agent@.service", encoding: .utf8)
        #expect(unit.contains("\nExecStart=\(place)/bin/flamenco-agent run --settings "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["etc"])
        _ = try await output(of: place + "/systemd/uninstall.sh", "--root", root)
        #expect(!FileManager.default.fileExists(atPath: root + "/etc/systemd/system/flamenco-agent.service"))
        #expect(try Set(FileManager.default.subpathsOfDirectory(atPath: place)) == before)
    }
}
