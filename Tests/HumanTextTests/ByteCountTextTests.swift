import HumanText
import Testing

@Suite("Amounts of bytes")
struct ByteCountTextTests {
    @Test(
        "are read with and without units",
        arguments: [
            ("100", 100), ("1K", 1024), ("512 MiB", 512 << 20), ("1.5GiB", 3 << 29), ("2g", 2 << 30), ("7b", 7),
            ("8G", 8 << 30), ("8 GiB", 8 << 30), ("8GB", 8_000_000_000), ("8gb", 8_000_000_000), ("1.5 kB", 1500),
            ("2tb", 2_000_000_000_000),
        ])
    func parsing(text: String, bytes: Int) { #expect(ByteCountText.parse(text) == bytes) }

    @Test("are refused when they make no sense", arguments: ["", "MiB", "-1", "1 MB?", "1e400", "9999999999TiB"])
    func refused(text: String) { #expect(ByteCountText.parse(text) == nil) }

    @Test(
        "are said exactly enough",
        arguments: [
            (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"), (1 << 30, "1 GiB"),
            ((1 << 20) - 1, "1 MiB"),
        ])
    func words(bytes: Int, text: String) { #expect(ByteCountText.text(bytes) == text) }
}
