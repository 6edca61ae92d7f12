using System.Text;
using System.Text.RegularExpressions;
using AutoDeploy.Ports;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

/// <summary>
/// Makes whole lines of what a build writes: it comes in pieces, with terminal colours, and with progress bars that write over
/// themselves. Of the base images' pulls it keeps what <see cref="PullProgressReader"/> keeps. Notices the image's id and an error.
/// </summary>
internal sealed partial class BuildOutputReader(IProgress<string> lines) : IProgress<Api.JSONMessage>
{
    private const int LineLimit = 16 * 1024;

    private const int WordsLimit = 600;

    private readonly StringBuilder _line = new();
    private bool _returned;

    /// <summary>Of the last stage that was built.</summary>
    public string? Id { get; private set; }

    /// <summary>The daemon answers 200 and reports the failure in the stream.</summary>
    public string? Error { get; private set; }

    public void Report(Api.JSONMessage value)
    {
        if (value.Aux?.ExtensionData is { } aux && aux.TryGetValue("ID", out var id) && id?.ToString() is { Length: > 0 } text)
            Id = text;
        if (value.Error?.Message is { Length: > 0 } error)
            Error = error.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        else if (value.Stream is { } stream)
        {
            // a command's last line may lack a line break, and the builder's next line follows it directly
            if (BuildersOwn().IsMatch(stream))
                End();
            Write(stream);
        }
        else if (PullProgressReader.Line(value) is { } line)
        {
            End();
            lines.Report(line);
        }
    }

    /// <summary>Reports what lacks its line's end so far.</summary>
    public void End()
    {
        if (TakeLine() is { Length: > 0 } rest)
            lines.Report(rest);
    }

    public static EngineException Failure(BuildSpec spec, string words, Exception? inner)
    {
        foreach (var credential in spec.Credentials.Where(credential => credential.Password.Length > 0))
            words = words.Replace(credential.Password, "***", StringComparison.Ordinal);
        words = words.TrimEnd('.');
        // the message quotes the whole command first; the failure comes last
        if (words.Length > WordsLimit)
            words = $"{words[..(WordsLimit - 200)]} … {words[^200..]}";
        return new EngineException(EngineFault.Refused, $"The build failed: {words}.", inner);
    }

    private void Write(string text)
    {
        foreach (var character in text)
        {
            if (character == '\n')
            {
                lines.Report(TakeLine());
                continue;
            }

            if (character == '\r')
            {
                _returned = true;
                continue;
            }

            if (_returned)
                _line.Clear();
            _returned = false;
            if (_line.Length < LineLimit)
                _line.Append(character);
        }
    }

    private string TakeLine()
    {
        var line = EscapeSequence().Replace(_line.ToString(), "");
        if (line.AsSpan().ContainsAnyInRange('\0', '\x1f') || line.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
            line = string.Concat(line.Where(character => character == '\t' || !char.IsControl(character)));
        // the limit may have split a UTF-8 character
        if (line.Length > 0 && char.IsHighSurrogate(line[^1]))
            line = line[..^1];
        _line.Clear();
        _returned = false;
        return line;
    }

    [GeneratedRegex(@"^(?: ---> |Step \d+/\d+ : |Removing intermediate container )")]
    private static partial Regex BuildersOwn();

    /// <summary>Of ECMA-48: CSI, strings (a window's title, a link), and the short ones.</summary>
    [GeneratedRegex(@"(?:\x1b\[|\x9b)[ -?]*[@-~]?|\x1b[\]PX^_][^\a\x1b\x9c]*(?:\a|\x1b\\|\x9c)|\x1b[ -/]*[0-~]?")]
    private static partial Regex EscapeSequence();
}
