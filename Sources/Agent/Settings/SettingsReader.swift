/// Reads one setting after another and remembers what it found where.
struct SettingsReader {
    let input: SettingsInput
    var effective: [EffectiveSetting] = []

    mutating func value<Value>(_ key: SettingKey<Value>) throws(SettingsError) -> Value? {
        let found = try input.value(of: key)
        effective.append(
            EffectiveSetting(
                name: key.name, value: found.map { key.kind.show($0.value) } ?? key.otherwise,
                source: found?.source ?? .builtIn))
        return found?.value
    }

    mutating func value<Value>(_ key: SettingKey<Value>, default standard: Value) throws(SettingsError) -> Value {
        let found = try input.value(of: key)
        effective.append(
            EffectiveSetting(
                name: key.name, value: key.kind.show(found?.value ?? standard), source: found?.source ?? .builtIn))
        return found?.value ?? standard
    }
}
