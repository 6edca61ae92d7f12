namespace Orleans.Configuration;

/// <summary>How long a caller inside the silo waits. Here every caller is inside.</summary>
public class SiloMessagingOptions : MessagingOptions;
