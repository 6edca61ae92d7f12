using System.Text;

namespace AutoDeploy.Ledger.Tests;

public sealed class LogTextCleanerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("one", "one")]
    [InlineData("one\n", "one")]
    [InlineData("one\ntwo", "one|two")]
    [InlineData("one\r\ntwo\r\n", "one|two")]
    [InlineData("one\n\ntwo", "one||two")]
    [InlineData("\n", "")]
    [InlineData("\n\n", "|")]
    [InlineData("\r\n\r\n", "|")]
    [InlineData("10 %\r20 %\r30 %\n", "10 %|20 %|30 %")]
    public void A_text_becomes_lines(string text, string lines) => Assert.Equal(lines, string.Join('|', LogTextCleaner.Split(text)));

    [Theory]
    [InlineData("tab\tstays", "tab\tstays")]
    [InlineData("nul\0 bell\a del\u007f c1\u0085\u0090", "nul bell del c1")]
    [InlineData("\u001b[31;1mred\u001b[0m", "red")]
    [InlineData("\u001b[38:2:1:2:3mrgb\u001b[m", "rgb")]
    [InlineData("\u001b[?25l\u001b[2K\u001b[1Gspinner", "spinner")]
    [InlineData("\u009b31mred", "red")]
    [InlineData("\u001b]0;title\arest", "rest")]
    [InlineData("\u001b]8;;https://acme.com\u001b\\link\u001b]8;;\u001b\\.", "link.")]
    [InlineData("\u001bPdevice\u001b\\rest", "rest")]
    [InlineData("\u001b(Bset\u001b=\u001b7\u001b8", "set")]
    [InlineData("cut \u001b[31", "cut ")]
    [InlineData("cut \u001b", "cut ")]
    [InlineData("\u001b]no end\u001b]of it", "no endof it")]
    [InlineData("\u001b[31\u001b[32mtwo", "two")]
    [InlineData("näh 日本 🚀", "näh 日本 🚀")]
    public void What_a_terminal_would_not_show_is_left_out(string line, string clean) =>
        Assert.Equal(clean, Assert.Single(LogTextCleaner.Split(line)));

    [Fact]
    public void Half_a_character_is_replaced() =>
        Assert.Equal(["half \ufffd", "\ufffd half"], LogTextCleaner.Split("half \ud83d\n\ude80 half"));

    [Theory]
    [InlineData("x", LogTextCleaner.MaxLine, false)]
    [InlineData("x", LogTextCleaner.MaxLine + 1, true)]
    [InlineData("ä", LogTextCleaner.MaxLine / 2, false)]
    [InlineData("ä", LogTextCleaner.MaxLine / 2 + 1, true)]
    [InlineData("日", LogTextCleaner.MaxLine / 3, false)]
    [InlineData("日", LogTextCleaner.MaxLine / 3 + 1, true)]
    [InlineData("🚀", LogTextCleaner.MaxLine / 4, false)]
    [InlineData("🚀", LogTextCleaner.MaxLine / 4 + 1, true)]
    public void A_line_is_cut_at_16_KiB_between_two_characters(string character, int count, bool cut)
    {
        var line = string.Concat(Enumerable.Repeat(character, count));

        var clean = Assert.Single(LogTextCleaner.Split(line));

        Assert.Equal(cut, clean.EndsWith(LogTextCleaner.Cut));
        Assert.StartsWith(clean.TrimEnd(LogTextCleaner.Cut), line, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(clean.TrimEnd(LogTextCleaner.Cut)), LogTextCleaner.MaxLine - 3, LogTextCleaner.MaxLine);
    }

    [Fact]
    public void Escape_sequences_without_an_end_take_linear_time()
    {
        // looked for again each time, their end would take hours
        Assert.Equal("", Assert.Single(LogTextCleaner.Split(string.Concat(Enumerable.Repeat("\u001b]", 2_000_000)))));
    }
}
