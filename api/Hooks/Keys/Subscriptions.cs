namespace AutoDeploy.Api.Hooks;

/// <summary>Confirms that deliveries are welcome, where the sender wants that by a visit.</summary>
public sealed class Subscriptions(ISenderWeb web)
{
    public async Task<Reading> Confirm(Confirmation asked)
    {
        try
        {
            var answer = await web.Get(asked.Address, CancellationToken.None);
            return answer.IsSuccess
                ? Reading.Nothing($"The subscription of {asked.Of} is confirmed.")
                : Failed($"{asked.Address.Host} answered {answer.Status}.");
        }
        catch (SenderWebException failure)
        {
            return Failed(failure.Message);
        }

        // it is sent again then
        Reading Failed(string why) => new([], Error: $"The subscription of {asked.Of} could not be confirmed: {why}", ErrorStatus: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>A sender's question whether deliveries are welcome, to be answered by a visit.</summary>
/// <param name="Of">What is subscribed to, for people.</param>
/// <param name="Address">The sender's own.</param>
public sealed record Confirmation(string Of, Uri Address);
