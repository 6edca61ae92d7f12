namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>Confirms that deliveries are welcome, where the sender wants that by a visit.</summary>
public sealed class SnsSubscriptions(ISenderHttpClient client)
{
    public async Task<HookReading> Confirm(SubscriptionConfirmation asked)
    {
        try
        {
            var answer = await client.Get(asked.Address, CancellationToken.None);
            return answer.IsSuccess
                ? HookReading.Nothing($"The subscription of {asked.Of} is confirmed.")
                : Failed($"{asked.Address.Host} answered {answer.Status}.");
        }
        catch (SenderHttpException failure)
        {
            return Failed(failure.Message);
        }

        // it is sent again then
        HookReading Failed(string why) =>
            new(
                [],
                Error: $"The subscription of {asked.Of} could not be confirmed: {why}",
                ErrorStatus: StatusCodes.Status503ServiceUnavailable
            );
    }
}
