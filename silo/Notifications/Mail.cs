using System.Globalization;
using System.Text;
using AutoDeploy.Notifications;
using AutoDeploy.Ports;

namespace AutoDeploy.Silo.Notifications;

/// <summary>A message as a mail of plain text.</summary>
internal static class Mail
{
    private const int Base64Line = 76;

    /// <summary>So many bytes of a header's text are one encoded word of at most 75 characters.</summary>
    private const int WordBytes = 42;

    public static async Task<Receipt> Send(
        MailSettings settings, Notification notification, NotificationMessage message, CancellationToken cancellationToken)
    {
        if (!settings.HasServer)
            return Receipt.Failed($"This process has no mail server; set {MailSettings.UrlVariable}.");
        try
        {
            await using var connection = new SmtpConnection(settings);
            var (status, answer) = await connection.Send(notification.Recipients, Text(settings, notification, message), cancellationToken);
            return new Receipt { Delivered = true, Status = status, Answer = answer };
        }
        catch (SmtpException failure)
        {
            return Receipt.Failed(failure.Message) with { Status = failure.Status, Answer = failure.Answer };
        }
    }

    public static string Text(MailSettings settings, Notification notification, NotificationMessage message)
    {
        var text = new StringBuilder();
        Line($"From: AutoDeploy <{settings.From}>");
        Line($"To: {string.Join(",\r\n ", notification.Recipients)}");
        Line($"Subject: {Encoded($"AutoDeploy: {message.Subject}")}");
        Line($"Date: {message.Time.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)}");
        // the same at each attempt: a repeat is known as such
        Line($"Message-ID: <{message.Id}.{notification.Uuid:N}@{settings.From[(settings.From.IndexOf('@', StringComparison.Ordinal) + 1)..]}>");
        Line("Auto-Submitted: auto-generated");
        Line("MIME-Version: 1.0");
        Line("Content-Type: text/plain; charset=utf-8");
        Line("Content-Transfer-Encoding: base64");
        Line("");
        var body = message.Link is { } link ? $"{message.Text}\r\n\r\n{link.AbsoluteUri}\r\n" : $"{message.Text}\r\n";
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(body));
        for (var i = 0; i < base64.Length; i += Base64Line)
            Line(base64[i..Math.Min(i + Base64Line, base64.Length)]);
        return text.ToString();

        void Line(string line) => text.Append(line).Append("\r\n");
    }

    /// <summary>A header's text (RFC 2047): as it is, or in encoded words that are folded between them.</summary>
    private static string Encoded(string text)
    {
        if (text.Length <= 60 && text.All(c => c is >= ' ' and < '\x7f'))
            return text;
        List<string> words = [];
        var word = new List<byte>();
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + bytes.Length > WordBytes)
                Close();
            word.AddRange(bytes);
        }

        Close();
        return string.Join("\r\n ", words);

        void Close()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }
}
