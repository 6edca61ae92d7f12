using System.Collections.Immutable;
using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>tags</c>.</summary>
public static class TagMembers
{
    public static readonly MemberTable<Draft> Table = new(
    [
        new("name", Schemas.RequiredText("The word."), ReadName) { Required = true },
    ]);

    public static ImmutableArray<string> ReadAll(Value value)
    {
        var names = value.Items(Most.Items).Select(item => Table.Read(item, new Draft()).Name).ToList();
        return [.. names.Distinct()];
    }

    private static void ReadName(Draft draft, Value value)
    {
        if (!value.IsText)
            throw value.NotA("text");
        draft.Name = value.Line(128) is { Length: > 0 } name ? name : throw value.Wrong("is empty; expected a word");
    }

    public sealed class Draft
    {
        public string Name { get; set; } = "";
    }
}
