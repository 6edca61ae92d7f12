namespace AutoDeploy.Services;

/// <summary>Reads a version range by npm's grammar: alternatives between <c>||</c>, each a hyphen range or bounds with blanks between.</summary>
internal sealed class VersionRangeReader(string text)
{
    private int _at;

    /// <summary>What stopped the reading.</summary>
    public PatternError? Error { get; private set; }

    private bool AtEnd => _at >= text.Length;

    private char Here => AtEnd ? '\0' : text[_at];

    private bool AtOr => string.CompareOrdinal(text, _at, "||", 0, 2) == 0;

    /// <summary>Null after an error.</summary>
    public List<IReadOnlyList<VersionComparator>>? Read()
    {
        var alternatives = new List<IReadOnlyList<VersionComparator>>();
        while (true)
        {
            if (ReadAlternative() is not { } bounds)
                return null;
            alternatives.Add(bounds);
            if (AtEnd)
                return alternatives;
            _at += 2;
        }
    }

    private List<VersionComparator>? ReadAlternative()
    {
        var bounds = new List<VersionComparator>();
        SkipBlanks();
        // to npm this is every version; whoever forgot something does not mean that
        if (AtEnd || AtOr)
            return Fail<List<VersionComparator>>(_at, "a range is missing; write \"*\" for every version");

        for (var first = true; !AtEnd && !AtOr; first = false)
        {
            if (!first && Here == '-')
                return Fail<List<VersionComparator>>(_at, "a hyphen range stands alone, and \"-\" has a blank on both sides there");
            var sign = ReadOperator();
            if (sign.Length > 0)
                SkipBlanks();
            if (ReadPartial() is not { } version)
                return null;

            var end = _at;
            SkipBlanks();
            if (first && sign.Length == 0 && _at > end && Here == '-' && IsBlank(_at + 1))
            {
                _at++;
                SkipBlanks();
                if (ReadPartial() is not { } last)
                    return null;
                bounds.AddRange(version.UpTo(last));
                SkipBlanks();
                return AtEnd || AtOr ? bounds : Fail<List<VersionComparator>>(_at, "a hyphen range stands alone, with nothing else than \"||\" around it");
            }

            bounds.AddRange(sign switch
            {
                "^" => version.Caret(),
                "~" or "~>" => version.Tilde(),
                "<" => version.Compared(Bound.Less),
                "<=" => version.Compared(Bound.AtMost),
                ">" => version.Compared(Bound.Greater),
                ">=" => version.Compared(Bound.AtLeast),
                _ => version.Itself(),
            });
            if (_at == end && !AtEnd && !AtOr)
                return FailBetween();
        }

        return bounds;
    }

    private List<VersionComparator>? FailBetween() => Fail<List<VersionComparator>>(_at, Here switch
    {
        '|' => "alternatives are separated by \"||\"",
        ',' => "bounds are separated by a blank, not by a comma",
        '-' => "a prerelease needs three numbers before it, and a hyphen range a blank on both sides of \"-\"",
        '+' => "build metadata needs three numbers before it",
        '.' => "a version has three numbers at most",
        '<' or '>' or '=' or '~' or '^' => $"a blank is missing before \"{Here}\"",
        _ => $"{PatternError.Quote(Here.ToString())} does not belong in a range",
    });

    private string ReadOperator()
    {
        foreach (var sign in (string[])["^", "~>", "~", "<=", "<", ">=", ">", "="])
            if (string.CompareOrdinal(text, _at, sign, 0, sign.Length) == 0)
            {
                _at += sign.Length;
                return sign;
            }

        return "";
    }

    private PartialVersion? ReadPartial()
    {
        if (Here == 'v')
            _at++;
        var numbers = new long?[3];
        var count = 0;
        do
        {
            if (count > 0)
                _at++;
            if (!ReadNumber(out numbers[count]))
                return null;
            count++;
        }
        while (count < 3 && Here == '.');

        string[] prerelease = [];
        if (count == 3 && Here == '-')
        {
            if (ReadIdentifiers("prerelease", SemanticVersion.IsPrereleaseIdentifier) is not { } read)
                return null;
            prerelease = read;
        }

        if (count == 3 && Here == '+' && ReadIdentifiers("build metadata", SemanticVersion.IsIdentifier) is null)
            return null;
        return new PartialVersion(numbers[0], numbers[1], numbers[2], prerelease);
    }

    /// <summary>A number, or a sign for any number, which gives null.</summary>
    private bool ReadNumber(out long? number)
    {
        var start = _at;
        while (char.IsLetterOrDigit(Here) || Here == '*')
            _at++;
        var piece = text[start.._at];
        number = null;
        if (piece is "x" or "X" or "*")
            return true;
        if (SemanticVersion.TryNumber(piece, out var value))
        {
            number = value;
            return true;
        }

        var quoted = PatternError.Quote(piece.Length > 0 || AtEnd ? piece : Here.ToString());
        Fail<string>(start,
            piece.Length == 0 && AtEnd ? "a number or \"x\" is missing"
            : !SemanticVersion.IsNumber(piece) ? $"{quoted} is not a number or \"x\""
            : SemanticVersion.HasLeadingZero(piece) ? $"{quoted} begins with a zero, which numbers of versions do not"
            : $"{quoted} is greater than 9,007,199,254,740,991, the greatest number that a version may have");
        return false;
    }

    private string[]? ReadIdentifiers(string of, Predicate<string> isIdentifier)
    {
        var start = ++_at;
        while (char.IsLetterOrDigit(Here) || Here is '-' or '.')
            _at++;
        var identifiers = text[start.._at].Split('.');
        foreach (var identifier in identifiers)
        {
            if (!isIdentifier(identifier))
                return Fail<string[]>(start,
                    identifier.Length == 0 ? $"a part of the {of} is missing"
                    : SemanticVersion.IsNumber(identifier) ? $"{PatternError.Quote(identifier)} begins with a zero, which numbers of versions do not"
                    : $"{PatternError.Quote(identifier)} has other characters than letters, digits and hyphens");
            start += identifier.Length + 1;
        }

        return identifiers;
    }

    private bool IsBlank(int at) => at < text.Length && text[at] == ' ';

    private void SkipBlanks()
    {
        while (IsBlank(_at))
            _at++;
    }

    private T? Fail<T>(int at, string reason)
        where T : class
    {
        Error = new PatternError(at, reason);
        return null;
    }
}
