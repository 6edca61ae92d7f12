using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.Qovery;

/// <summary>A restriction in a request: of its own, or an item of a service's <c>deployment_restrictions</c>.</summary>
public static class RestrictionMembers
{
    public const int Most = 100;

    private static readonly string[] Modes = ["MATCH", "EXCLUDE"];

    public static readonly MemberTable<Draft> Table = new(
    [
        new("mode", Schemas.RequiredText("MATCH: deploy when a covered file changed. EXCLUDE: do not when only covered files changed."),
            (d, v) => d.Mode = OneOf(v, Modes) == "MATCH" ? RestrictionMode.Match : RestrictionMode.Exclude) { Required = true },
        new("type", Schemas.RequiredText("Only PATH."), (_, v) => OneOf(v, "PATH")) { Required = true },
        new("value", Schemas.RequiredText(
                "The beginning of paths from the repository's root, such as \"api/\" or \"docs/readme.md\", without a leading slash and wildcards."), ReadValue)
            { Required = true },
    ], ["id", "created_at", "updated_at", "warning"]);

    /// <summary>All restrictions of a service; those that it has already stay the same ones.</summary>
    public static ImmutableArray<Restriction> ReadAll(Value value, ImmutableArray<Restriction> before, DateTimeOffset now)
    {
        var all = ImmutableArray.CreateBuilder<Restriction>();
        foreach (var item in value.Items(Most))
        {
            var draft = Table.Read(item, new Draft());
            if (all.Any(draft.IsLike))
                throw item.Wrong("is the same as another one; expected each restriction once");
            all.Add(before.FirstOrDefault(draft.IsLike) ?? draft.New(now));
        }

        return all.ToImmutable();
    }

    private static string OneOf(Value value, params string[] words) => value.IsNull ? throw value.NotA(Words.Or(words)) : value.OneOf(words);

    private static void ReadValue(Draft draft, Value value)
    {
        if (!value.IsText)
            throw value.NotA("a path from the repository's root such as \"api/\"");
        var text = value.Text(64 << 10);
        draft.Value = Restrictions.IsValue(text, out var error) ? text : throw value.Wrong(error);
    }

    public sealed class Draft
    {
        public RestrictionMode Mode { get; set; }

        public string Value { get; set; } = "";

        public bool IsLike(Restriction restriction) => restriction.Mode == Mode && restriction.Value == Value;

        public Restriction New(DateTimeOffset now) => new() { Uuid = Guid.NewGuid(), Mode = Mode, Value = Value, Created = now };
    }
}

/// <summary>A path rule of a service with a git source.</summary>
/// <param name="Mode">MATCH or EXCLUDE.</param>
/// <param name="Type">Always PATH.</param>
/// <param name="Value">It covers every path from the repository's root that begins with it.</param>
public sealed record RestrictionObject(Guid Id, string CreatedAt, string? UpdatedAt, string Mode, string Type, string Value)
{
    /// <summary>In the answer to who has just set it, when it covers no file of the branch; else null.</summary>
    public string? Warning { get; init; }

    public static RestrictionObject Of(Restriction restriction) => new(
        restriction.Uuid,
        Times.Text(restriction.Created),
        restriction.Updated is { } updated ? Times.Text(updated) : null,
        restriction.Mode == RestrictionMode.Match ? "MATCH" : "EXCLUDE",
        "PATH",
        restriction.Value);
}
