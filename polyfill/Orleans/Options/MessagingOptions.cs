namespace Orleans.Configuration;

/// <summary>How long a caller waits.</summary>
public abstract class MessagingOptions
{
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
