using System.Globalization;
using System.Text.Json;

namespace AutoDeploy.Api.Http;

/// <summary>A value in a request's body and where it is; what it cannot be read as is a 400 with a sentence.</summary>
public readonly struct RequestValue(JsonElement element, string path)
{
    public string Path => path;

    public JsonElement Element => element;

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <param name="error">The end of a sentence that begins with the field's name.</param>
    public ApiException CreateError(string error) => ApiException.BadRequest($"`{path}` {error}.");

    public ApiException CreateTypeError(string expected) => CreateError($"is {DescribeKind(element)}; expected {expected}");

    /// <summary>Text without control characters; empty for null.</summary>
    public string ReadLine(int max = 1024)
    {
        var text = ReadText(max);
        return text.Any(char.IsControl) ? throw CreateError("has control characters, such as a line end") : text;
    }

    /// <summary>Text; empty for null.</summary>
    public string ReadText(int max)
    {
        if (IsNull)
            return "";
        if (!IsText)
            throw CreateTypeError("text");
        var text = element.GetString()!;
        return text.Length <= max ? text : throw CreateError($"is longer than {SentenceText.FormatNumber(max)} characters");
    }

    /// <summary>False for null.</summary>
    public bool ReadFlag() =>
        element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            _ => throw CreateTypeError("true or false"),
        };

    /// <summary>A whole number; null for null. Text with digits will do where <paramref name="orText"/> says so.</summary>
    public int? ReadInteger(int min, int max, bool orText = false)
    {
        if (IsNull)
            return null;
        var expected = $"a whole number from {SentenceText.FormatNumber(min)} to {SentenceText.FormatNumber(max)}";
        if (orText && IsText)
            return
                int.TryParse(element.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var written)
                && written >= min
                && written <= max
                ? written
                : throw CreateError($"is \"{ApiException.Shorten(element.GetString()!)}\"; expected {expected}");
        if (element.ValueKind != JsonValueKind.Number)
            throw CreateTypeError(expected);
        return element.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw CreateError($"is {ApiException.Shorten(element.GetRawText())}; expected {expected}");
    }

    /// <summary>A number, also with a fraction; null for null.</summary>
    public double? ReadNumber(double min, double max)
    {
        if (IsNull)
            return null;
        var expected = string.Create(CultureInfo.InvariantCulture, $"a number from {min:0.###} to {max:#,0.###}");
        if (element.ValueKind != JsonValueKind.Number)
            throw CreateTypeError(expected);
        return element.TryGetDouble(out var number) && number >= min && number <= max
            ? number
            : throw CreateError($"is {ApiException.Shorten(element.GetRawText())}; expected {expected}");
    }

    /// <summary>One of the words, whatever its capitals; the first for null.</summary>
    public string ReadOneOf(params string[] words)
    {
        if (IsNull)
            return words[0];
        if (!IsText)
            throw CreateTypeError(SentenceText.JoinWithOr(words));
        var text = element.GetString()!;
        return words.FirstOrDefault(w => w.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw CreateError($"is \"{ApiException.Shorten(text)}\"; expected {SentenceText.JoinWithOr(words)}");
    }

    /// <summary>The items of an array; none for null.</summary>
    public List<RequestValue> ReadItems(int max)
    {
        if (IsNull)
            return [];
        if (element.ValueKind != JsonValueKind.Array)
            throw CreateTypeError("an array");
        if (element.GetArrayLength() > max)
            throw CreateError(
                $"has {SentenceText.FormatNumber(element.GetArrayLength())} items; expected at most {SentenceText.FormatNumber(max)}"
            );
        var items = new List<RequestValue>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
            items.Add(new RequestValue(item, $"{path}[{items.Count}]"));
        return items;
    }

    /// <summary>The members of an object; none for null.</summary>
    public List<KeyValuePair<string, RequestValue>> ReadMembers(int max)
    {
        if (IsNull)
            return [];
        if (element.ValueKind != JsonValueKind.Object)
            throw CreateTypeError("an object");
        var members = new List<KeyValuePair<string, RequestValue>>();
        foreach (var member in element.EnumerateObject())
            members.Add(new(member.Name, new RequestValue(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}")));
        return members.Count <= max
            ? members
            : throw CreateError(
                $"has {SentenceText.FormatNumber(members.Count)} members; expected at most {SentenceText.FormatNumber(max)}"
            );
    }

    /// <summary>What it is, as a person calls it.</summary>
    public static string DescribeKind(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => "text",
            JsonValueKind.Number => "a number",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => "null",
        };
}
