using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>container_envvars</c>. A value may be a secret, so that no error repeats it.</summary>
public static class EnvironmentMembers
{
    public static readonly MemberTable<Draft> Table = new(
    [
        new("key", Schemas.RequiredText("The variable's name, not empty and without \"=\"."), ReadKey) { Required = true },
        new("value", Schemas.RequiredText("The variable's value, text of at most 131,072 characters."), (d, v) =>
            d.Value = v.IsText ? v.Text(Most.ValueLength) : throw v.NotA("text")) { Required = true },
    ]);

    public static ImmutableArray<EnvironmentVariable> ReadAll(Value value)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. value.Items(Most.Variables).Select(item =>
            {
                var draft = Table.Read(item, new Draft());
                return keys.Add(draft.Key)
                    ? new EnvironmentVariable(draft.Key, draft.Value)
                    : throw item.Wrong($"has the key \"{HttpFailure.Shorten(draft.Key)}\" again; expected each key once");
            }),
        ];
    }

    private static void ReadKey(Draft draft, Value value)
    {
        if (!value.IsText)
            throw value.NotA("text");
        var key = value.Line();
        if (key.Length == 0)
            throw value.Wrong("is empty; expected the variable's name");
        draft.Key = key.Contains('=') ? throw value.Wrong($"is \"{HttpFailure.Shorten(key)}\"; expected a name without \"=\"") : key;
    }

    public sealed class Draft
    {
        public string Key { get; set; } = "";

        public string Value { get; set; } = "";
    }
}
