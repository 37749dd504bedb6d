DROP FUNCTION app.subscribed_vehicles(), app.held_vehicles();
