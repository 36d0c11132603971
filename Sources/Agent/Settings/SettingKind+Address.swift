import FlamencoAPI
import HTTPServer

extension SettingKind where Value == ListenAddress {
    /// Where to listen.
    static var address: Self {
        let parse: @Sendable (String) -> ListenAddress? = { ListenAddress($0) }
        return SettingKind(
            expected: "HOST:PORT or a port, such as 127.0.0.1:9877 or 9877",
            fromJSON: { value in
                switch value {
                case .string(let text): parse(text)
                case .integer(let port): parse(String(port))
                default: nil
                }
            }, fromText: parse, show: { $0.description })
    }
}
