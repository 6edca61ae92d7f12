using System.Globalization;
using System.Text.Json;

namespace AutoDeploy.Api.Http;

/// <summary>A value in a request's body and where it is; what it cannot be read as is a 400 with a sentence.</summary>
public readonly struct Value(JsonElement element, string path)
{
    public string Path => path;

    public JsonElement Element => element;

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <param name="error">The end of a sentence that begins with the field's name.</param>
    public HttpFailure Wrong(string error) => HttpFailure.BadRequest($"`{path}` {error}.");

    public HttpFailure NotA(string expected) => Wrong($"is {Kind(element)}; expected {expected}");

    /// <summary>Text without control characters; empty for null.</summary>
    public string Line(int most = 1024)
    {
        var text = Text(most);
        return text.Any(char.IsControl) ? throw Wrong("has control characters, such as a line end") : text;
    }

    /// <summary>Text; empty for null.</summary>
    public string Text(int most)
    {
        if (IsNull)
            return "";
        if (!IsText)
            throw NotA("text");
        var text = element.GetString()!;
        return text.Length <= most ? text : throw Wrong($"is longer than {Words.Number(most)} characters");
    }

    /// <summary>False for null.</summary>
    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null => false,
        _ => throw NotA("true or false"),
    };

    /// <summary>A whole number; null for null. Text with digits will do where <paramref name="orText"/> says so.</summary>
    public int? Integer(int least, int most, bool orText = false)
    {
        if (IsNull)
            return null;
        var expected = $"a whole number from {Words.Number(least)} to {Words.Number(most)}";
        if (orText && IsText)
            return int.TryParse(element.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var written) && written >= least && written <= most
                ? written
                : throw Wrong($"is \"{HttpFailure.Shorten(element.GetString()!)}\"; expected {expected}");
        if (element.ValueKind != JsonValueKind.Number)
            throw NotA(expected);
        return element.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Wrong($"is {HttpFailure.Shorten(element.GetRawText())}; expected {expected}");
    }

    /// <summary>A number, also with a fraction; null for null.</summary>
    public double? Number(double least, double most)
    {
        if (IsNull)
            return null;
        var expected = string.Create(CultureInfo.InvariantCulture, $"a number from {least:0.###} to {most:#,0.###}");
        if (element.ValueKind != JsonValueKind.Number)
            throw NotA(expected);
        return element.TryGetDouble(out var number) && number >= least && number <= most
            ? number
            : throw Wrong($"is {HttpFailure.Shorten(element.GetRawText())}; expected {expected}");
    }

    /// <summary>One of the words, whatever its capitals; the first for null.</summary>
    public string OneOf(params string[] words)
    {
        if (IsNull)
            return words[0];
        if (!IsText)
            throw NotA(Words.Or(words));
        var text = element.GetString()!;
        return words.FirstOrDefault(w => w.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw Wrong($"is \"{HttpFailure.Shorten(text)}\"; expected {Words.Or(words)}");
    }

    /// <summary>The items of an array; none for null.</summary>
    public List<Value> Items(int most)
    {
        if (IsNull)
            return [];
        if (element.ValueKind != JsonValueKind.Array)
            throw NotA("an array");
        if (element.GetArrayLength() > most)
            throw Wrong($"has {Words.Number(element.GetArrayLength())} items; expected at most {Words.Number(most)}");
        var items = new List<Value>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
            items.Add(new Value(item, $"{path}[{items.Count}]"));
        return items;
    }

    /// <summary>The members of an object; none for null.</summary>
    public List<KeyValuePair<string, Value>> Members(int most)
    {
        if (IsNull)
            return [];
        if (element.ValueKind != JsonValueKind.Object)
            throw NotA("an object");
        var members = new List<KeyValuePair<string, Value>>();
        foreach (var member in element.EnumerateObject())
            members.Add(new(member.Name, new Value(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}")));
        return members.Count <= most ? members : throw Wrong($"has {Words.Number(members.Count)} members; expected at most {Words.Number(most)}");
    }

    /// <summary>What it is, as a person calls it.</summary>
    public static string Kind(JsonElement element) => element.ValueKind switch
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
