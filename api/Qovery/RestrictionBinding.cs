using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.Qovery;

/// <summary>A restriction in a request: of its own, or an item of a service's <c>deployment_restrictions</c>.</summary>
public static class RestrictionBinding
{
    public const int Most = 100;

    private static readonly string[] Modes = ["MATCH", "EXCLUDE"];

    public static readonly JsonBinder<Request> Binder = new(
        [
            new(
                "mode",
                SchemaFactory.RequiredText("MATCH: deploy when a covered file changed. EXCLUDE: do not when only covered files changed."),
                (d, v) => d.Mode = OneOf(v, Modes) == "MATCH" ? RestrictionMode.Match : RestrictionMode.Exclude
            )
            {
                Required = true,
            },
            new("type", SchemaFactory.RequiredText("Only PATH."), (_, v) => OneOf(v, "PATH")) { Required = true },
            new(
                "value",
                SchemaFactory.RequiredText(
                    "The beginning of paths from the repository's root, such as \"api/\" or \"docs/readme.md\", without a "
                        + "leading slash and wildcards."
                ),
                ReadValue
            )
            {
                Required = true,
            },
        ],
        ["id", "created_at", "updated_at", "warning"]
    );

    /// <summary>All restrictions of a service; those that it has already stay the same ones.</summary>
    public static ImmutableArray<Restriction> ReadAll(RequestValue value, ImmutableArray<Restriction> before, DateTimeOffset now)
    {
        var all = ImmutableArray.CreateBuilder<Restriction>();
        foreach (var item in value.ReadItems(Most))
        {
            var request = Binder.Read(item, new Request());
            if (all.Any(request.IsLike))
                throw item.CreateError("is the same as another one; expected each restriction once");
            all.Add(before.FirstOrDefault(request.IsLike) ?? request.New(now));
        }

        return all.ToImmutable();
    }

    private static string OneOf(RequestValue value, params string[] words) =>
        value.IsNull ? throw value.CreateTypeError(SentenceText.JoinWithOr(words)) : value.ReadOneOf(words);

    private static void ReadValue(Request request, RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("a path from the repository's root such as \"api/\"");
        var text = value.ReadText(64 << 10);
        request.Value = RestrictionRules.IsValue(text, out var error) ? text : throw value.CreateError(error);
    }

    public sealed class Request
    {
        public RestrictionMode Mode { get; set; }

        public string Value { get; set; } = "";

        public bool IsLike(Restriction restriction) => restriction.Mode == Mode && restriction.Value == Value;

        public Restriction New(DateTimeOffset now) =>
            new()
            {
                Uuid = Guid.NewGuid(),
                Mode = Mode,
                Value = Value,
                Created = now,
            };
    }
}
