namespace AutoDeploy.Silo.Notifications;

/// <summary>The mail server did not take it; the message is one sentence.</summary>
/// <param name="status">What it answered, if it did.</param>
internal sealed class SmtpException(string message, int? status = null, string answer = "") : Exception(message)
{
    public int? Status { get; } = status;

    public string Answer { get; } = answer;
}
