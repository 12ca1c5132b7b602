using Microsoft.Extensions.Configuration;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Serialization;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>A TOML file as a layer of the configuration: tables and arrays become <c>a:b:0</c> keys, as in the JSON layer.</summary>
sealed class TomlSource(string path) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new TomlProvider(path);
}

sealed class TomlProvider(string path) : ConfigurationProvider
{
    public override void Load()
    {
        try
        {
            Flatten("", TomlSerializer.Deserialize(File.ReadAllText(path), TomlTables.Default.TomlTable) ?? []);
        }
        catch (TomlException e)
        {
            // The converter wraps the parser's error, and says line 1.
            while (e.InnerException is TomlException inner) e = inner;
            throw new Refusal(ExitCode.BadConfiguration, $"{path}, line {e.Line}: {e.Message.ReplaceLineEndings(" ")}", "correct the line; vault.toml in the project shows every key", e);
        }
    }

    void Flatten(string key, object value)
    {
        switch (value)
        {
            case TomlTable table:
                foreach (var (name, inner) in table) Flatten(Join(key, name), inner);
                break;
            case TomlTableArray tables:
                for (var i = 0; i < tables.Count; i++) Flatten(Join(key, i.ToString()), tables[i]);
                break;
            case TomlArray array:
                for (var i = 0; i < array.Count; i++) Flatten(Join(key, i.ToString()), array[i]!);
                break;
            case bool flag:
                Data[key] = flag ? "true" : "false";
                break;
            default:
                Data[key] = value.ToString();
                break;
        }
    }

    static string Join(string key, string name) => key.Length == 0 ? name : ConfigurationPath.Combine(key, name);
}

[TomlSerializable(typeof(TomlTable))]
sealed partial class TomlTables : TomlSerializerContext;
