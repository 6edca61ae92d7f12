using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace AutoDeploy.Services.Tags;

/// <summary>What follows a range or an expression as <c>NAME=VALUE</c>, after a blank each.</summary>
/// <param name="Text">What comes before them.</param>
/// <param name="Values">By name.</param>
internal sealed record PolicyOptions(string Text, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The longest prefix or suffix, as long as a tag.</summary>
    private const int LongestValue = 128;

    /// <summary>Reads <c>prefix=</c> and <c>suffix=</c>. No range has such words.</summary>
    public static bool TryReadRange(
        string text,
        [NotNullWhen(true)] out PolicyOptions? options,
        [NotNullWhen(false)] out TagPatternError? error
    ) => TryRead(text, ["prefix", "suffix"], isOption: _ => true, out options, out error);

    /// <summary>Reads <c>order=</c>. No tag has a blank, so it is no part of the expression.</summary>
    public static bool TryReadExpression(
        string text,
        [NotNullWhen(true)] out PolicyOptions? options,
        [NotNullWhen(false)] out TagPatternError? error
    ) => TryRead(text, ["order"], isOption: name => name == "order", out options, out error);

    private static bool TryRead(
        string text,
        string[] names,
        Predicate<string> isOption,
        [NotNullWhen(true)] out PolicyOptions? options,
        [NotNullWhen(false)] out TagPatternError? error
    )
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        options = null;
        error = null;
        while (error is null)
        {
            var at = text.TrimEnd(' ').LastIndexOf(' ') + 1;
            var equals = text.IndexOf('=', at);
            if (equals <= at || !text[at..equals].All(char.IsAsciiLetter) || !isOption(text[at..equals]))
            {
                options = new PolicyOptions(text, values);
                return true;
            }

            var (name, value) = (text[at..equals], text[(equals + 1)..].TrimEnd(' '));
            error = Check(name, value, at, equals + 1);
            values[name] = value;
            text = text[..at].TrimEnd(' ');
        }

        return false;

        TagPatternError? Check(string name, string value, int at, int valueAt)
        {
            if (!names.Contains(name))
                return new TagPatternError(
                    at,
                    $"{TagPatternError.Quote(name + "=")} is not known here; expected {string.Join(" or ", names.Select(n => $"\"{n}=\""))}"
                );
            if (values.ContainsKey(name))
                return new TagPatternError(at, $"\"{name}=\" is given twice");
            if (value.Length == 0)
                return new TagPatternError(valueAt, $"\"{name}=\" has no value");
            if (name == "order")
                return Order(value) is null
                    ? new TagPatternError(valueAt, $"{TagPatternError.Quote(value)} is no order; expected {Orders}")
                    : null;
            if (value.Length > LongestValue)
                return new TagPatternError(valueAt, $"\"{name}=\" has more than {LongestValue} characters");
            var wrong = value.AsSpan().IndexOfAnyExcept(TagCharacters);
            return wrong < 0 ? null : new TagPatternError(valueAt + wrong, $"no tag has the character \"{value[wrong]}\"");
        }
    }

    /// <summary>Null for what is no order.</summary>
    public static TagOrder? Order(string word) =>
        Array.Find(Enum.GetValues<TagOrder>(), order => Word(order) == word) is var found && Word(found) == word ? found : null;

    private static string Word(TagOrder order) => order.ToString().ToLowerInvariant();

    private static string Orders => string.Join(", ", Enum.GetValues<TagOrder>().Order().Select(order => $"\"{Word(order)}\""));

    private static readonly SearchValues<char> TagCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
    );
}
