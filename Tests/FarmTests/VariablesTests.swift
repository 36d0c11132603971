import Farm
import FlamencoAPI
import Testing

@Suite("Variables")
struct VariablesTests {
    @Test(
        "text is gone through once, and unknown names stay",
        arguments: [
            ("{a}", "A"), ("x{a}{b}y", "xA{a}y"), ("{c}", "{c}"), ("{", "{"), ("}{a", "}{a"), ("{{a}}", "{A}"),
            ("{a b}", "{a b}"), ("", ""), ("{}", "{}"), ("{frame}{a}", "{frame}A"), ("${a}", "$A"),
        ])
    func text(input: String, output: String) {
        var variables = Variables()
        variables.set("a", to: "A")
        variables.set("b", to: "{a}")
        #expect(variables.expand(input, on: "linux") == output)
    }

    @Test("strings are replaced however deep, and nothing else")
    func deep() {
        var variables = Variables()
        variables.set("a", to: "A")
        let command = Command(
            name: "{a}",
            parameters: ["{a}": "{a}", "list": [1, "{a}", ["{a}", nil, true, 1.5]], "map": ["{a}": "-{a}-"]])
        #expect(
            variables.expand(command, on: "linux")
                == Command(
                    name: "{a}",
                    parameters: ["{a}": "A", "list": [1, "A", ["A", nil, true, 1.5]], "map": ["{a}": "-A-"]]))
    }

    @Test("a platform's own value goes before the general one")
    func platforms() {
        var variables = Variables.standard
        variables.set("blender", to: "/Applications/Blender", on: "darwin")
        variables.set("only", to: "C:", on: "windows")
        #expect(variables.expand("{blender} {only}", on: "darwin") == "/Applications/Blender {only}")
        #expect(variables.expand("{blender} {only}", on: "windows") == "blender C:")
        #expect(
            variables.values(on: "linux").mapValues(\.value) == [
                "blender": "blender", "blenderArgs": "-b -y", "ffmpeg": "ffmpeg",
            ])
    }
}
